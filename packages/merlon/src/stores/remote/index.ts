import type { Counters } from '../../contract/counters.ts'
import { WrappedCounters } from '../../contract/wrapped-counters.ts'
import { LeasedCounters, type LeasedOptions, PULSE_MS } from './leased.ts'
import { RefusedCounters, type RefusedOptions } from './refused.ts'
import { ResilientCounters, type ResilientOptions } from './resilient.ts'
import { systemTime } from './time.ts'

export type RemoteOptions = ResilientOptions & LeasedOptions & RefusedOptions

/**
 * What every store that answers later stands behind: `leased` limits are decided from slices, known refusals are answered
 * from memory, and all else within `waitMs`, whether or not the store does.
 */
export function remote(inner: Counters, options: RemoteOptions = {}): RemoteCounters {
  return new RemoteCounters(inner, options)
}

export class RemoteCounters extends WrappedCounters {
  readonly resilient: ResilientCounters
  readonly leased: LeasedCounters
  readonly #time
  #cancel: (() => void) | undefined
  #closed = false

  constructor(inner: Counters, options: RemoteOptions) {
    // A guard that nobody has waited for begins with its first request.
    const begun = () => {
      void this.pulse()
      this.#beat()
    }
    const resilient = new ResilientCounters(inner, { ...options, begun })
    const leased = new LeasedCounters(new RefusedCounters(resilient, options), options)
    super(leased)
    this.resilient = resilient
    this.leased = leased
    this.#time = options.time ?? systemTime
  }

  override async ready(): Promise<void> {
    await super.ready()
    await this.pulse()
  }

  override async close(): Promise<void> {
    this.#closed = true
    this.#cancel?.()
    await super.close()
  }

  /** Tells the store every second that this process is there, and hears what all have to know. */
  #beat(): void {
    if (this.#closed || this.#cancel !== undefined) return
    this.#cancel = this.#time.timer(PULSE_MS, () => {
      this.#cancel = undefined
      void this.pulse()
      this.#beat()
    })
  }
}
