import type { Ready } from './ready.ts'

/**
 * The headers of an answer on their way out. The handler's own come first; the guard's steps then add, replace or
 * remove. Kept as one flat list, `name, value, …`, and apart from it those that are ready: a host that writes a head by
 * itself has them as one text.
 */
export class Answer {
  readonly status: number
  /** Names and values, alternating; names in any case. Without those of `ready`. */
  readonly list: string[]
  /** How much of the list is the handler's own. */
  own: number
  /** What goes out besides the list. */
  ready: Ready | undefined = undefined
  /** Names of the handler's own that were taken out, as it wrote them. */
  removed: string[] | undefined = undefined
  /** Whether one of the handler's own now says something else. */
  mended = false

  constructor(status: number, list: string[]) {
    this.status = status
    this.list = list
    this.own = list.length
  }

  /** All of them, in one list. */
  complete(): string[] {
    const { list, ready } = this
    if (ready !== undefined) {
      this.ready = undefined
      for (const each of ready.list) list.push(each)
    }
    return list
  }

  /** Headers whose values are known at the start, no name twice; where the handler has set one, most of them yield. */
  addReady(ready: Ready): void {
    if (this.ready !== undefined) this.complete()
    const { list } = this
    if (!ready.meets(list)) {
      this.ready = ready
      return
    }
    let given = list.length
    for (const { name, lower, value, mode } of ready.headers) {
      if (mode === 'set') {
        this.remove(lower)
        given = Math.min(given, list.length)
      }
      if (mode === 'set' || this.#find(lower, given) < 0) list.push(name, value)
    }
  }

  /** Where the header's name stands in the list, or -1. The name is lower case. */
  find(lower: string): number {
    // Whoever looks at one of them, looks at it in the list.
    if (this.ready?.names.has(lower)) this.complete()
    return this.#find(lower, this.list.length)
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
    for (let at = this.find(lower); at >= 0; at = this.#find(lower, this.list.length)) this.removeAt(at)
  }

  /** Removes the header whose name stands there. */
  removeAt(at: number): void {
    const { list } = this
    if (at < this.own) {
      this.own -= 2
      if (this.removed === undefined) this.removed = [list[at] as string]
      else this.removed.push(list[at] as string)
    }
    // Not splice, which makes a list of what it takes out.
    for (let to = at; to < list.length - 2; to++) list[to] = list[to + 2] as string
    list.length -= 2
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
    if (at < this.own) this.mended = true
    this.list[at + 1] = `${this.list[at + 1]}, ${field}`
  }

  #find(lower: string, end: number): number {
    const { list } = this
    for (let at = 0; at < end; at += 2) {
      const name = list[at] as string
      if (name.length === lower.length && (name === lower || name.toLowerCase() === lower)) return at
    }
    return -1
  }
}
