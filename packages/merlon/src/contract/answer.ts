import type { ReadyHeader } from './defence.ts'

/**
 * The headers of an answer on their way out. The handler's own come first; the guard's steps then add, replace or
 * remove. Kept as one flat list, `name, value, …`, which is what node:http sends fastest.
 */
export class Answer {
  constructor(
    readonly status: number,
    /** Names and values, alternating; names in any case. */
    readonly list: string[],
  ) {}

  /** Headers whose values are known at the start, no name twice: only what was there before them is looked at. */
  addReady(headers: readonly ReadyHeader[]): void {
    const { list } = this
    let given = list.length
    for (const { name, lower, value, mode } of headers) {
      if (given > 0 && mode === 'set') {
        this.remove(lower)
        given = Math.min(given, list.length)
      }
      if (given === 0 || mode === 'set' || this.find(lower, given) < 0) list.push(name, value)
    }
  }

  /** Where the header's name stands in the list, or -1. The name is lower case. */
  find(lower: string, end = this.list.length): number {
    const { list } = this
    for (let at = 0; at < end; at += 2) {
      const name = list[at] as string
      if (name.length === lower.length && (name === lower || name.toLowerCase() === lower)) return at
    }
    return -1
  }

  get(lower: string): string | undefined {
    const at = this.find(lower)
    return at < 0 ? undefined : this.list[at + 1]
  }

  /** Adds the header unless the handler has set it. */
  suggest(name: string, lower: string, value: string): void {
    if (this.find(lower) < 0) this.list.push(name, value)
  }

  /** Puts the header in place of whatever the handler has set. */
  set(name: string, lower: string, value: string): void {
    this.remove(lower)
    this.list.push(name, value)
  }

  append(name: string, value: string): void {
    this.list.push(name, value)
  }

  remove(lower: string): void {
    const { list } = this
    for (let at = this.find(lower); at >= 0; at = this.find(lower)) {
      // Not splice, which makes a list of what it takes out.
      for (let to = at; to < list.length - 2; to++) list[to] = list[to + 2] as string
      list.length -= 2
    }
  }

  /** Names a request header that the answer depends on (RFC 9110 §12.5.5); once each, whatever the handler wrote. */
  vary(field: string): void {
    const at = this.find('vary')
    if (at < 0) {
      this.list.push('Vary', field)
      return
    }
    const present = (this.list[at + 1] as string).split(',').map((part) => part.trim().toLowerCase())
    if (present.includes('*') || present.includes(field.toLowerCase())) return
    this.list[at + 1] = `${this.list[at + 1]}, ${field}`
  }
}
