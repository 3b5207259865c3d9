import type { Ban, Limit, Subject } from '../../contract/counters.ts'

/** As many as an operator could look at, and more; a ban that is not listed holds all the same. */
const MOST = 10_000

interface Listed {
  readonly limit: string
  readonly subject: string
  /** On the store's clock. */
  readonly untilMs: number
  readonly times: number
}

/** Who is banned, in words. The tables know subjects by their hashes alone. */
export class Bans {
  readonly #listed = new Map<string, Listed>()

  add(limit: Limit, subject: Subject, untilMs: number, times: number, nowMs: number): void {
    const name = nameOf(limit, subject)
    if (this.#listed.size >= MOST && !this.#listed.has(name)) {
      this.#sweep(nowMs)
      if (this.#listed.size >= MOST) return
    }
    this.#listed.set(name, { limit: limit.id, subject: subject.key, untilMs, times })
  }

  remove(limit: Limit, subject: Subject): void {
    this.#listed.delete(nameOf(limit, subject))
  }

  /** When a ban that is listed ends; 0 where none is. */
  untilMs(limit: Limit, subject: Subject): number {
    return this.#listed.size === 0 ? 0 : (this.#listed.get(nameOf(limit, subject))?.untilMs ?? 0)
  }

  list(nowMs: number, wallMs: number): Ban[] {
    this.#sweep(nowMs)
    return [...this.#listed.values()].map((each) => ({ ...each, untilMs: Math.ceil(wallMs + each.untilMs - nowMs) }))
  }

  clear(): void {
    this.#listed.clear()
  }

  #sweep(nowMs: number): void {
    for (const [name, { untilMs }] of this.#listed) if (untilMs <= nowMs) this.#listed.delete(name)
  }
}

function nameOf(limit: Limit, subject: Subject): string {
  return `${limit.id}\n${subject.key}`
}
