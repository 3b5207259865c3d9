import type { Answer } from '../../contract/answer.ts'
import type { Limit, Reading } from '../../contract/counters.ts'
import type { NamedLimit } from './names.ts'
import { BYTES_A_UNIT, type HeadersMode } from './options.ts'
import type { Partitions } from './partition.ts'

/**
 * How limits are told to clients: the RateLimit fields of draft-ietf-httpapi-ratelimit-headers-11, and the older
 * X-RateLimit ones. Names of limits are plain words, so they are strings of structured fields (RFC 9651) as they stand.
 */

/** What the fields say of limits: what does not change is made ready once for each rate that a limit has. */
export class HeaderTexts {
  /** Whose quota is told in bytes. */
  readonly #inBytes: ReadonlySet<string>
  readonly #whole: string | undefined
  readonly #items = new WeakMap<Limit, string>()

  readonly #partitions: Partitions | undefined

  constructor(limits: readonly NamedLimit[], partitions?: Partitions) {
    this.#partitions = partitions
    this.#inBytes = new Set(limits.flatMap(({ shownAs, cost }) => (cost === 'bytes' ? shownAs : [])))
    const varies = limits.some(({ when, by }) => when !== undefined || by.some(({ kind }) => kind === 'principal'))
    this.#whole = varies ? undefined : limits.map((each) => this.#item({ ...each, name: each.shownAs })).join(', ')
  }

  /** The RateLimit-Policy: all limits that hold here, or, where rates vary, those that have counted this request. */
  policy(readings: readonly Reading[]): string {
    if (this.#whole !== undefined) return this.#whole
    return readings.map(({ limit }) => this.#known(limit)).join(', ')
  }

  /**
   * The RateLimit of these readings. `t` is the time within which no more than `r` can be used (§4.1.2): until the next
   * unit, or, where a request like this one has to wait for several, until they are there.
   */
  limit(readings: readonly Reading[]): string {
    let text = ''
    for (const reading of readings) {
      const { limit, remaining, nextMs, retryMs } = reading
      if (text !== '') text += ', '
      text += `"${limit.name}";r=${remaining * this.#unit(limit.name)};t=${seconds(Math.max(nextMs, retryMs))}`
      if (this.#partitions !== undefined) text += this.#partitions.text(reading)
    }
    return text
  }

  #known(limit: Limit): string {
    const known = this.#items.get(limit)
    if (known !== undefined) return known
    const item = this.#item(limit)
    this.#items.set(limit, item)
    return item
  }

  /** Windows are whole seconds there, and always as long: one that is not is left out (§3.1.3). */
  #item({ name, quota, windowMs, calendar }: Pick<Limit, 'name' | 'quota' | 'windowMs' | 'calendar'>): string {
    const unit = this.#inBytes.has(name) ? ';qu="content-bytes"' : ''
    const window = windowMs % 1000 === 0 && calendar === undefined ? `;w=${windowMs / 1000}` : ''
    return `"${name}";q=${quota * this.#unit(name)}${unit}${window}`
  }

  #unit(name: string): number {
    return this.#inBytes.size > 0 && this.#inBytes.has(name) ? BYTES_A_UNIT : 1
  }
}

/** Writes what the readings say. Nothing is said of a request that no limit has counted. */
export function writeHeaders(
  answer: Answer,
  mode: HeadersMode,
  texts: HeaderTexts,
  readings: readonly Reading[],
): void {
  if (mode === 'standard' || mode === 'both') {
    put(answer, 'RateLimit-Policy', 'ratelimit-policy', texts.policy(readings))
    put(answer, 'RateLimit', 'ratelimit', texts.limit(readings))
  }
  if (mode === 'legacy' || mode === 'both') {
    const { limit, remaining, retryMs, resetMs } = nearest(readings)
    answer.set('X-RateLimit-Limit', 'x-ratelimit-limit', String(limit.quota))
    answer.set('X-RateLimit-Remaining', 'x-ratelimit-remaining', String(remaining))
    // Seconds from now. Others send a date here, in seconds or milliseconds; clients tell them by their size.
    answer.set('X-RateLimit-Reset', 'x-ratelimit-reset', String(seconds(retryMs > 0 ? retryMs : resetMs)))
  }
}

/** Seconds after which a request like this one is admitted: of the limits that refuse, the one that takes longest. */
export function retryAfter(readings: readonly Reading[]): number {
  let longest = 0
  for (const { admits, retryMs } of readings) if (!admits && retryMs > longest) longest = retryMs
  return Math.max(1, seconds(longest))
}

/** The handler may have limits of its own and tell of them in the same list; what is no such list is replaced. */
function put(answer: Answer, name: string, lower: string, value: string): void {
  if (answer.get(lower)?.startsWith('"')) answer.append(name, value)
  else answer.set(name, lower, value)
}

/** The one limit that the older headers have room for. */
function nearest(readings: readonly Reading[]): Reading {
  return readings.reduce((found, each) => {
    if (found.admits !== each.admits) return found.admits ? each : found
    if (!found.admits) return each.retryMs > found.retryMs ? each : found
    return each.remaining < found.remaining ? each : found
  })
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
