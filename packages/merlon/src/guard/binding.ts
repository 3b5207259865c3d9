import type { Finding } from '../contract/finding.ts'
import { bindingOf, type Code, namesIn } from '../policy/code.ts'
import type { Policy } from '../policy/define.ts'
import { nearest } from '../policy/nearest.ts'
import { quote } from '../policy/quote.ts'
import { meant } from './expand/suggest.ts'

/** Why a name has nothing bound to it. */
interface Fault {
  readonly expected: string
  readonly suggestion: string
}

/** The code of one guard: what the policy brought itself, and what the program has bound. */
export class Binding {
  readonly #policy: Policy
  readonly #given: Readonly<Record<string, unknown>> | false
  /** Names that inline routes use. */
  readonly #inline = new Set<string>()

  constructor(policy: Policy, given: Readonly<Record<string, unknown>> | false = {}) {
    this.#policy = policy
    this.#given = given
  }

  find(name: string): unknown {
    if (this.#given === false) return undefined
    return this.#policy.code.get(name) ?? (Object.hasOwn(this.#given, name) ? this.#given[name] : undefined)
  }

  fault(name: string): Fault | undefined {
    if (this.#given === false) {
      return {
        expected: `a policy that needs no code: this host runs none, so nothing can be bound to ${quote(name)}`,
        suggestion: `let the application's own guard do it: ${bindingOf(name)}`,
      }
    }
    if (this.find(name) !== undefined) return undefined
    return {
      expected: `code that is bound to the name ${quote(name)}, got nothing`,
      suggestion: meant(nearest(name, Object.keys(this.#given))) ?? `bind it: ${bindingOf(name)}`,
    }
  }

  /** What an inline route uses: code of its own, or what is bound. `tell` learns why there is none. */
  findInline(own: Code, name: string, tell: (fault: Fault) => void): unknown {
    const brought = own.get(name)
    if (brought !== undefined) return brought
    this.#inline.add(name)
    const fault = this.fault(name)
    if (fault) tell(fault)
    return this.find(name)
  }

  /** What is bound and never used: a schema that was forgotten protects nothing. */
  unused(): readonly Finding[] {
    const names = namesIn(this.#policy.written)
    return Object.keys(this.#given || {})
      .filter((name) => !names.has(name) && !this.#inline.has(name))
      .map((name) => ({
        code: 'code-unused',
        severity: 'warning',
        path: [],
        message: `${quote(name)} is bound, and the policy uses it nowhere`,
        write: `{ use: ${quote(name)} } where it is meant, or take it out of \`code\``,
      }))
  }
}
