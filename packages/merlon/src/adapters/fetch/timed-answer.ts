import type { Pace, Phase, Progress } from '../../contract/pace.ts'
import type { Guard } from '../../guard/guard.ts'
import { timeoutError } from '../../guard/pace.ts'
import type { Watched } from '../../guard/watch.ts'
import type { FetchFacts } from './facts.ts'

/**
 * The body of an answer that has a time of its own, on its way out. It breaks off in an error where it is late, so that
 * the part does not pass for the whole.
 */
export class TimedAnswer implements Watched, Progress {
  readonly stream: ReadableStream<Uint8Array>
  readonly phase: Phase = 'answer'
  readonly movedMs = 0
  readonly startedMs: number
  readonly sinceMs: number
  dueMs: number
  place = -1
  readonly #guard: Guard
  readonly #facts: FetchFacts
  readonly #pace: Pace
  #cut: (error: Error) => void = () => {}

  constructor(body: ReadableStream<Uint8Array>, guard: Guard, facts: FetchFacts, pace: Pace) {
    this.#guard = guard
    this.#facts = facts
    this.#pace = pace
    this.startedMs = facts.startedMs
    this.sinceMs = guard.platform.now()
    this.dueMs = pace.dueMs(this, this.sinceMs)
    const reader = body.getReader()
    let over = false
    const end = () => {
      over = true
      guard.watch.remove(this)
    }
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#cut = (error) => {
            end()
            controller.error(error)
            reader.cancel(error).catch(() => {})
          }
        },
        async pull(controller) {
          try {
            const { done, value } = await reader.read()
            if (over) return
            if (!done) return controller.enqueue(value)
            end()
            controller.close()
          } catch (error) {
            if (over) return
            end()
            controller.error(error)
          }
        },
        cancel(reason) {
          end()
          return reader.cancel(reason)
        },
      },
      { highWaterMark: 0 },
    )
    guard.watch.add(this, pace.tickMs)
  }

  inspect(): void {
    this.#guard.refused(this.#facts, this.#pace.late('answer'))
    const error = timeoutError()
    this.#cut(error)
    this.#facts.abort(error)
  }
}
