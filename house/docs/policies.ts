import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { PolicyError } from 'merlon'
import { readPolicy } from 'merlon/file'
import { merlon, type NodeGuard } from 'merlon/node'
import { expandPolicy } from '../../packages/merlon/src/guard/expand/index.ts'
import { findingsOf as findingsOfPolicy } from '../../packages/merlon/src/guard/findings.ts'
import { defences } from '../../packages/merlon/src/guard/order.ts'
import { environmentOf, isProduction } from '../../packages/merlon/src/policy/environment.ts'
import { resolveReferences } from '../../packages/merlon/src/policy/references.ts'
import { root } from '../tree.ts'
import { type Block, slugOf } from './blocks.ts'

/** What a policy says of itself in comments at its beginning. */
interface Marks {
  /** `# wrong: expected a duration`: a part of the message of a mistake that it has. */
  readonly wrong: readonly string[]
  /** `# finding: cors-any-origin`: the code of a weakness that it has. */
  readonly findings: readonly string[]
  /** `# code: NewUser, Page`: names that a program would bind. */
  readonly code: readonly string[]
  /** `# SHOP_ORIGIN=https://shop.example`: a variable of the environment. */
  readonly env: Readonly<Record<string, string>>
}

export function marksOf({ text }: Block): Marks {
  const all = (pattern: RegExp) => Array.from(text.matchAll(pattern), ([, ...parts]) => parts as string[])
  return {
    wrong: all(/^# wrong: (.+)$/gm).flat(),
    findings: all(/^# finding: (\S+)$/gm).flat(),
    code: all(/^# code: (.+)$/gm).flatMap(([names = '']) => names.split(', ')),
    env: Object.fromEntries(all(/^# ([A-Z_]+)=(.*)$/gm)),
  }
}

export const RUN = join(root, '.run/docs')

/** Where a block's own files stand; a policy is called as its host would call it. */
export function folderOf(block: Block): string {
  const folder = join(RUN, slugOf(block))
  mkdirSync(folder, { recursive: true })
  return folder
}

export function writePolicy(block: Block, folder: string): string {
  const file = join(folder, `merlon.${block.language}`)
  writeFileSync(file, `${block.text}\n`)
  return file
}

/** A schema that takes anything and knows every field, and a function that knows nobody. */
const anything = Object.assign(() => undefined, {
  '~standard': { version: 1, vendor: 'docs', validate: (value: unknown) => ({ value }) },
})

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** The policy's guard; where it has mistakes, their message with the file named as in the user's own folder. */
export function buildPolicy(block: Block): NodeGuard | string {
  const folder = folderOf(block)
  const marks = marksOf(block)
  const code = Object.fromEntries(marks.code.map((name) => [name, anything]))
  try {
    return merlon(readPolicy(writePolicy(block, folder)), { env: marks.env, log: silent, code })
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return error.message.replaceAll(`${relative(process.cwd(), folder)}/`, '')
  }
}

/** Codes of what is weak in a policy that has no mistakes; notes, which may be right, are left out unless marked. */
export function findingsOf(block: Block): readonly string[] {
  const { env, findings } = marksOf(block)
  const environment = environmentOf(env)
  const { canonical } = expandPolicy(readPolicy(writePolicy(block, folderOf(block))), { environment, defences })
  if (!canonical) return []
  const { resolved } = resolveReferences(canonical, env)
  const production = isProduction(resolved.environment)
  // Of secrets alone it matters that they were variables.
  const found = findingsOfPolicy(defences, { ...resolved, secrets: canonical['secrets'] }, production)
  const said = found.filter(({ code, severity }) => severity !== 'note' || findings.includes(code))
  return [...new Set(said.map(({ code }) => code))]
}
