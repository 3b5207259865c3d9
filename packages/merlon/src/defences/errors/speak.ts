import type { Facts } from '../../contract/facts.ts'
import type { Refusal } from '../../contract/verdict.ts'
import { chooseLanguage } from './language.ts'
import type { Messages } from './messages.ts'
import type { Errors } from './options.ts'

/** Puts a refusal into the words of the policy, in a language that the client reads. */
export type Speak = (facts: Facts, refusal: Refusal, thrown: boolean) => Refusal

/** Where the policy has no words of its own. */
const asItIs: Speak = (_, refusal) => refusal

export function compileSpeak({ messages, language }: Errors): Speak {
  if (messages === undefined) return asItIs
  const preferred = language ?? 'en'
  const codes = new Map(Object.entries(messages).map(([code, each]) => [code, { each, known: Object.keys(each) }]))
  return (facts, refusal, thrown) => {
    const found = codes.get(refusal.code)
    // What an application has said of this very occurrence is not said better by a message for all of them.
    if (!found || refusal.final || (thrown && (refusal.title ?? refusal.detail) !== undefined)) return refusal
    const asked = chooseLanguage(facts.header('accept-language'), found.known, preferred)
    const chosen = asked ?? (found.known.includes(preferred) ? preferred : undefined)
    const headers = [...(refusal.headers ?? []), 'Vary', 'Accept-Language']
    if (chosen === undefined) return { ...refusal, headers }
    return { ...refusal, ...said(found.each, chosen, refusal), headers: [...headers, 'Content-Language', chosen] }
  }
}

function said(each: Messages[string], language: string, refusal: Refusal): Pick<Refusal, 'title' | 'detail'> {
  const { title, detail } = each[language] as Messages[string][string]
  if (!detail?.includes('{seconds}')) return { title, detail }
  const at = refusal.headers?.indexOf('Retry-After') ?? -1
  return { title, detail: at < 0 ? undefined : detail.replaceAll('{seconds}', String(refusal.headers?.[at + 1])) }
}
