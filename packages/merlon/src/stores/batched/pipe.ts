import { type Call, Calls } from './call.ts'
import type { Engine } from './engine.ts'

/** Whoever waits longer than this has no answer. A guard waits far less before it goes on without. */
const ANSWER_WITHIN_MS = 1000

/** More than this waiting for answers is a server that has stopped: the next is refused at once, and memory is bounded. */
const MOST_WAITING = 20_000

/** Decides by a time that is given, in place of the server's own, and keeps keys for longer: for tests alone. */
export interface TestTime {
  /** Since the beginning of 2025. */
  micros(): number
}

/** The script counts time from here. */
const EPOCH_MS = Date.UTC(2025, 0, 1)

const TEST_SLACK_MS = 3_600_000

/** Outlives what a key holds by this much, so that nothing is gone before its time. */
const SLACK_MS = 1000

/**
 * Sends what arrives within one turn of the event loop together: one script call for each tag, or, where there are no
 * hash slots, one for all.
 */
export class Pipe {
  readonly engine: Engine
  readonly #time: TestTime | undefined
  #calls: Calls | undefined
  #waiting = 0
  /** Script calls sent, and decisions in them: what a decision costs in round trips. */
  readonly sent = { calls: 0, operations: 0 }

  constructor(engine: Engine, time: TestTime | undefined) {
    this.engine = engine
    this.#time = time
  }

  /** Where an operation on keys of this tag is added, in this turn of the event loop. */
  open(tag: string): Call {
    if (this.#waiting >= MOST_WAITING)
      throw new Error(`${this.engine.name}: ${MOST_WAITING} decisions wait for an answer already`)
    if (this.#calls === undefined) {
      this.#calls = new Calls()
      // After all that has come in: each socket's data is a callback of its own.
      setImmediate(this.#flush)
    }
    return this.#calls.of(this.engine.clustered ? tag : '')
  }

  readonly #flush = (): void => {
    const { all } = this.#calls as Calls
    this.#calls = undefined
    for (const call of all) this.#send(call)
  }

  #send(call: Call): void {
    this.#waiting += call.size
    this.sent.calls++
    this.sent.operations += call.size
    let open = true
    const end = (settle: () => void) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      this.#waiting -= call.size
      settle()
    }
    const timer = setTimeout(
      () => end(() => call.fail(new Error(`${this.engine.name}: no answer within ${ANSWER_WITHIN_MS} ms`))),
      ANSWER_WITHIN_MS,
    )
    this.engine.run(call.keys, this.#request(call)).then(
      (reply) => end(() => call.settle(String(reply), this.engine.name)),
      (error: unknown) => end(() => call.fail(error)),
    )
  }

  #request(call: Call): string {
    if (this.#time === undefined) return call.request(0, SLACK_MS, Date.now())
    const micros = this.#time.micros()
    return call.request(micros, TEST_SLACK_MS, EPOCH_MS + micros / 1000)
  }
}
