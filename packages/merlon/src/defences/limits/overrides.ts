import type { Counters, Override } from '../../contract/counters.ts'

const books = new WeakMap<Counters, OverrideBook>()

/** What single principals have otherwise, as the store last said. Nothing is asked of it before the first request. */
export class OverrideBook {
  readonly #counters: Counters
  #known: ReadonlyMap<string, Override> | undefined

  private constructor(counters: Counters) {
    this.#counters = counters
  }

  /** One for each store. */
  static over(counters: Counters): OverrideBook {
    const book = books.get(counters) ?? new OverrideBook(counters)
    books.set(counters, book)
    return book
  }

  of(principal: string): Override | undefined {
    if (this.#known === undefined) this.#watch()
    return this.#known?.get(principal)
  }

  #watch(): void {
    this.#known = new Map()
    this.#counters.overrides.watch((all) => {
      this.#known = new Map(all.map((each) => [each.principal, each]))
    })
  }
}
