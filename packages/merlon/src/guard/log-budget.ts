/**
 * How many lines a second one kind of incident may write. A flood of refusals would otherwise fill the disk and cost
 * more than the requests that were refused; what is left out is counted, and said in the next line.
 */
export class LogBudget {
  readonly #perSecond: number
  readonly #kinds = new Map<string, { second: number; written: number; suppressed: number }>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** How many lines were left out before this one; undefined where this one is left out too. */
  take(kind: string, nowMs: number): number | undefined {
    const second = Math.floor(nowMs / 1000)
    let state = this.#kinds.get(kind)
    if (!state) {
      state = { second, written: 0, suppressed: 0 }
      this.#kinds.set(kind, state)
    }
    if (state.second !== second) {
      state.second = second
      state.written = 0
    }
    if (state.written >= this.#perSecond) {
      state.suppressed++
      return undefined
    }
    state.written++
    const { suppressed } = state
    state.suppressed = 0
    return suppressed
  }
}
