import type { StoreEvent } from '../../contract/counters.ts'
import type { MaybePromise } from '../../contract/verdict.ts'
import { Asked, Probe, type Question } from './question.ts'
import type { Time } from './time.ts'
import { Waits } from './waits.ts'

export interface LinkOptions {
  readonly store: string
  readonly waitMs: number
  readonly failures: number
  readonly time: Time
  tell(event: StoreEvent): void
  /** Somebody asks for the first time. */
  begun(): void
  /** Asks the store for anything at all. */
  probe(): MaybePromise<unknown>
  /** The store answers again, whether it was held for lost or only failed once. */
  back(): void
}

/** More than these are not asked at once: a store that is so far behind is as good as none. */
const MOST_UNANSWERED = 10_000

/** While the store is lost it is asked after 50 to 100 ms, then half as often each time, up to this. */
const FIRST_PROBE_MS = 100
const LAST_PROBE_MS = 400

/** A probe that has not been answered by then is given up, and the next may be sent. */
const PROBE_GIVEN_UP_MS = 1000

/**
 * The way to a store that may be slow, stopped or gone: nobody waits longer than `waitMs`, and after some failures in a
 * row nobody waits at all, until one probe at a time finds it back (a circuit breaker; Nygard, "Release It!", 2007).
 */
export class Link {
  readonly #options: LinkOptions
  readonly #waits: Waits
  #begun = false
  #lost = false
  #failures = 0
  #failedMs = Number.NEGATIVE_INFINITY
  #unanswered = 0
  #probeMs = FIRST_PROBE_MS
  #probeDueMs = Number.POSITIVE_INFINITY
  #probedMs = Number.NEGATIVE_INFINITY
  #probing: Probe | undefined
  #cancel: (() => void) | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#waits = new Waits(options.time, options.waitMs)
  }

  get lost(): boolean {
    return this.#lost
  }

  /** Whether there is any use in asking. */
  usable(): boolean {
    if (!this.#begun) {
      this.#begun = true
      this.#options.begun()
    }
    if (!this.#lost) return this.#unanswered < MOST_UNANSWERED
    // Where timers end with the request that set them, the next request stands in.
    if (this.#options.time.now() >= this.#probeDueMs) this.#probe()
    return false
  }

  /** Waits for an answer, for as long as anybody waits here. */
  ask<T, R>(answer: PromiseLike<T>, question: Question<T, R>): Promise<R> {
    this.#unanswered++
    return new Promise((resolve, reject) => {
      const asked = new Asked(this, question, resolve, reject)
      asked.askedMs = this.#waits.add(asked)
      answer.then(
        (value) => asked.come(value),
        (error: unknown) => asked.fail(error),
      )
    })
  }

  /** Whatever came of a question: the store answered, or the connection failed. */
  over(): void {
    this.#unanswered--
  }

  succeeded(): void {
    if (this.#failures === 0) return
    this.#failures = 0
    if (!this.#lost) this.#options.back()
  }

  /** Whether the last question was answered. */
  get well(): boolean {
    return !this.#lost && this.#failures === 0
  }

  /**
   * Of questions that were on their way together one counts: else a single pause, of the store or of this process,
   * would be taken for a loss.
   */
  failed(why: string, askedMs: number): void {
    if (this.#lost || askedMs < this.#failedMs) return
    this.#failedMs = this.#options.time.now()
    if (++this.#failures >= this.#options.failures) this.lose(why)
  }

  /** Nobody asks any more, but the probe. */
  lose(why: string): void {
    if (this.#lost) return
    this.#lost = true
    this.#probeMs = FIRST_PROBE_MS
    this.#tell('store-lost', why)
    this.#schedule()
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  get waitMs(): number {
    return this.#options.waitMs
  }

  #schedule(): void {
    const { time } = this.#options
    const ms = this.#probeMs * (0.5 + time.random() / 2)
    this.#probeMs = Math.min(LAST_PROBE_MS, this.#probeMs * 2)
    this.#probeDueMs = time.now() + ms
    this.#cancel?.()
    this.#cancel = time.timer(ms, () => this.#probe())
  }

  #probe(): void {
    if (!this.#lost) return
    const now = this.#options.time.now()
    this.#schedule()
    if (this.#probing !== undefined && now < this.#probedMs + PROBE_GIVEN_UP_MS) return
    this.#probedMs = now
    const probe = new Probe(this)
    this.#probing = probe
    this.#waits.add(probe)
    try {
      Promise.resolve(this.#options.probe()).then(
        () => probe.come(),
        () => probe.fail(),
      )
    } catch {
      probe.fail()
    }
  }

  /** A probe was answered. One that came late says that the next will do better: it waited for the connection. */
  probed(probe: Probe, inTime: boolean, succeeded: boolean): void {
    if (probe === this.#probing) this.#probing = undefined
    if (!this.#lost || !succeeded) return
    if (inTime) this.#recover()
    else {
      this.#probeMs = FIRST_PROBE_MS
      this.#schedule()
    }
  }

  #recover(): void {
    this.#lost = false
    this.#failures = 0
    this.close()
    this.#tell('store-back', 'it answers again')
    this.#options.back()
  }

  #tell(kind: StoreEvent['kind'], detail: string): void {
    this.#options.tell({ kind, store: this.#options.store, detail })
  }
}
