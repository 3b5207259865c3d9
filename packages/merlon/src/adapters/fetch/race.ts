import type { Phase, Progress } from '../../contract/pace.ts'
import type { Refusal } from '../../contract/verdict.ts'
import type { Guard } from '../../guard/guard.ts'
import { paceOf, timeoutError } from '../../guard/pace.ts'
import type { Watched } from '../../guard/watch.ts'
import type { FetchFacts } from './facts.ts'

/** One request against its deadline, until there is a response. */
export class Race implements Watched, Progress {
  dueMs = Number.POSITIVE_INFINITY
  place = -1
  /** The deadline has answered: what else comes of the request is for nobody. */
  lost = false
  readonly #guard: Guard
  readonly #facts: FetchFacts
  readonly #refuse: (refusal: Refusal) => Response
  #resolve: (response: Response) => void = () => {}
  #handedMs: number | undefined

  constructor(guard: Guard, facts: FetchFacts, refuse: (refusal: Refusal) => Response) {
    this.#guard = guard
    this.#facts = facts
    this.#refuse = refuse
  }

  get startedMs(): number {
    return this.#facts.startedMs
  }

  get phase(): Phase {
    if (this.#facts.arrival?.waits) return 'body'
    return this.#handedMs === undefined ? 'guard' : 'handler'
  }

  get movedMs(): number {
    return this.#facts.arrival?.movedMs ?? this.startedMs
  }

  get sinceMs(): number {
    const { arrival } = this.#facts
    return arrival?.waits ? arrival.askedMs : Math.max(this.#handedMs ?? 0, this.movedMs)
  }

  /** What is there first: the answer, or the refusal of a late one. */
  run(answer: Promise<Response>): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#watch()
      answer.then((response) => {
        this.#guard.watch.remove(this)
        resolve(response)
      }, reject)
    })
  }

  /** The handler's turn, or that of a handler within it: how long it has is known. */
  hand(): void {
    this.#handedMs = this.#guard.platform.now()
    this.#watch()
  }

  #watch(): void {
    if (this.lost) return
    const pace = paceOf(this.#facts)
    this.dueMs = pace?.dueMs(this, this.#guard.platform.now()) ?? Number.POSITIVE_INFINITY
    if (pace) this.#guard.watch.add(this, pace.tickMs)
    else this.#guard.watch.remove(this)
  }

  inspect(nowMs: number): void {
    const pace = paceOf(this.#facts)
    this.dueMs = pace?.dueMs(this, nowMs) ?? Number.POSITIVE_INFINITY
    if (pace && this.dueMs <= nowMs) this.#lose(pace.late(this.phase))
  }

  #lose(refusal: Refusal): void {
    const { arrival } = this.#facts
    this.#guard.watch.remove(this)
    this.lost = true
    this.#guard.refused(this.#facts, refusal)
    this.#resolve(this.#refuse(refusal))
    arrival?.cut()
    this.#facts.abort(timeoutError())
  }

  /** A response that came too late: whoever makes its body can stop. */
  discard(response: Response): Response {
    response.body?.cancel().catch(() => {})
    return response
  }

  /** Something was thrown after the deadline. What only says that is nothing new. */
  failed(error: unknown): Response {
    const { refusal } = this.#facts
    if (refusal?.code !== 'request-timeout' && !this.#facts.isLateness(error))
      this.#guard.failedLate(this.#facts, error)
    return new Response()
  }
}
