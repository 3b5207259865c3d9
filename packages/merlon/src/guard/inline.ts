import type { Code } from '../policy/code.ts'
import { asPolicy, type Policy } from '../policy/define.ts'
import { PolicyError } from '../policy/mistake.ts'
import type { Origin } from '../policy/origin.ts'
import { quote } from '../policy/quote.ts'
import { Mistakes } from './expand/mistakes.ts'
import { SectionReader } from './expand/section.ts'
import { oneOf, suggestKey } from './expand/suggest.ts'
import { isObject } from './expand/tree.ts'
import type { InputOptions, RouteSections, Schemas } from './expand/written.ts'
import { defences, lateSections } from './order.ts'

/**
 * What a route may say where it is defined, in code. It comes after all that the policy's own steps have done, so it can
 * only add to them; what has to act early, or to loosen something, stands under `routes` in the policy.
 */
export interface InlineRoute<S extends InputOptions = InputOptions>
  extends Pick<RouteSections, Exclude<(typeof lateSections)[number], 'input'>> {
  /** What the request has to hold, by schema, beside what the policy says of it. Its type is `S`. */
  readonly input?: Schemas<S>
  /**
   * What its counters are called, in lower case letters, digits and dashes; each name once. Where counters are shared
   * between processes, a name keeps them when code moves. Default: the file and line of the call.
   */
  readonly name?: string
}

export interface ReadInline {
  readonly key: string
  /** Canonical sections, by name. */
  readonly sections: Readonly<Record<string, unknown>>
  /** The code that stood in it. */
  readonly code: Code
  /** Takes what shows while it is compiled. */
  readonly mistakes: Mistakes
}

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

/** Reads inline routes of one guard, whose keys are unique in it. */
export class InlineReader {
  readonly #taken = new Set<string>()

  /**
   * @param above the function that the user called
   * @throws PolicyError with every mistake, at the line of that call
   */
  read(given: unknown, above: (...given: never[]) => unknown): ReadInline {
    const policy = asPolicy(given, above)
    const mistakes = new Mistakes(policy.origin, policy.mistakes)
    const written = isObject(policy.written) ? policy.written : {}
    if (policy.written !== undefined && !isObject(policy.written)) mistakes.add([], 'an object of sections')
    this.#refuseUnknown(written, mistakes)
    const sections = this.#sections(written, mistakes)
    const key = this.#key(written['name'], policy, mistakes)
    const found = mistakes.list()
    if (found.length > 0) throw new PolicyError(found)
    return { key, sections, code: policy.code, mistakes }
  }

  #refuseUnknown(written: Readonly<Record<string, unknown>>, mistakes: Mistakes): void {
    const known = [...lateSections, 'name']
    for (const key of Object.keys(written)) {
      if (known.includes(key)) continue
      const early = defences.some(({ name }) => name === key)
      const expected = early
        ? `${quote(key)} in the policy, under "routes": an inline route comes too late for it`
        : `${oneOf(known)}, got ${quote(key)}`
      mistakes.add([key], expected, { at: 'key', suggestion: early ? undefined : suggestKey(key, known, defences) })
    }
  }

  #sections(written: Readonly<Record<string, unknown>>, mistakes: Mistakes): Record<string, unknown> {
    const reader = new SectionReader(defences, mistakes)
    const sections: Record<string, unknown> = {}
    for (const defence of defences) {
      const { name, section } = defence
      if (!section.late || !Object.hasOwn(written, name)) continue
      const desugared = section.desugar(written[name], 'route')
      for (const { path, expected } of isObject(desugared) ? section.late.tooLate(desugared) : []) {
        mistakes.add(isObject(written[name]) ? [name, ...path] : [name], expected, { at: 'key' })
      }
      const under = { at: [name], written: section.late.under, desugared: section.late.under }
      sections[name] = reader.section(defence, [under, { at: [name], written: written[name], desugared }])
    }
    return sections
  }

  #key(name: unknown, { origin }: Policy, mistakes: Mistakes): string {
    if (name === undefined) return uniqueIn(this.#taken, placeOf(origin))
    if (typeof name !== 'string' || name.length > 64 || !NAME.test(name)) {
      mistakes.add(['name'], 'a name in lower case letters, digits and single dashes, such as "sign-up"')
    } else if (this.#taken.has(name)) {
      mistakes.add(
        ['name'],
        `a name that no other inline route has, got ${quote(name)}: two would share their counters`,
      )
    } else {
      this.#taken.add(name)
    }
    return String(name)
  }
}

/** A call that is made again, as in a loop, makes another route. */
export function uniqueIn(taken: Set<string>, place: string): string {
  let key = place
  for (let nth = 2; taken.has(key); nth++) key = `${place}#${nth}`
  taken.add(key)
  return key
}

/** `routes/users.ts:12:5`: the end of a path, since the rest differs from machine to machine. */
export function placeOf({ file, position }: Origin): string {
  const at = position([], 'value')
  if (file === undefined || at === undefined) return 'inline'
  return `${file.split(/[/\\]/).slice(-2).join('/')}:${at.line}:${at.column}`
}
