import type { Client } from '../../contract/facts.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import type { Path } from '../../policy/path.ts'
import { KnownClient } from './client.ts'
import { RANGE_EXPECTED, resolvedNetworks } from './entries.ts'
import type { ClientOptions } from './options.ts'
import { type Range, Ranges, readRange } from './ranges.ts'

/** Reports text that turned out wrong once its variables were resolved. */
export type Mistake = (path: Path, expected: string) => void

/** Allow and deny lists, ready to decide. */
export class Lists {
  readonly #deny: Ranges
  readonly #allow: readonly Ranges[]
  readonly #denied: Refusal
  readonly #notAllowed: Refusal
  readonly isEmpty: boolean

  /** `owner` says in the log whose lists they were: `client`, or `client of GET /metrics`. */
  constructor(options: Pick<ClientOptions, 'allow' | 'deny'>, owner: string, mistake: Mistake) {
    this.#deny = compileNetworks(options.deny, ['deny'], mistake)
    // Groups are the canonical form's alone: written, there is one list.
    this.#allow = options.allow.map((group) => compileNetworks(group, ['allow'], mistake))
    this.#denied = refuse('client-denied', { reason: `the address is on the deny list of ${owner}` })
    this.#notAllowed = refuse('client-denied', { reason: `the address is not on the allow list of ${owner}` })
    this.isEmpty = this.#deny.isEmpty && this.#allow.length === 0
  }

  /**
   * Deny wins. A client whose address is not known is never on an allow list: one that its proxy hides would else be
   * admitted by the proxy's own address.
   */
  judge(client: Client): Refusal | undefined {
    const words = KnownClient.words(client)
    if (words && this.#deny.has(words)) return this.#denied
    for (const group of this.#allow) {
      if (!words || client.address === '' || !group.has(words)) return this.#notAllowed
    }
    return undefined
  }
}

/** Ranges from text whose variables are resolved; `path` is where the list stands. */
export function compileNetworks(texts: readonly string[], path: Path, mistake: Mistake): Ranges {
  return new Ranges(texts.flatMap((text, index) => readNetworks(text, [...path, index], mistake)))
}

function readNetworks(text: string, path: Path, mistake: Mistake): Range[] {
  const resolved = resolvedNetworks(text)
  if (!resolved) mistake(path, RANGE_EXPECTED)
  return (resolved ?? []).map(readRange).filter((range) => range !== undefined)
}
