import type { IntervalHistogram } from 'node:perf_hooks'
import type { Pressure } from '../../contract/platform.ts'

/** How often it is looked at, at the most. */
const EVERY_MS = 100
/** Turns that a look has to have seen: a single one may be a pause, not a state. */
const TURNS = 2
const RESOLUTION_MS = 10

interface Known {
  lagMs: number
  memory: number
}

/**
 * How this process is. The event loop's lag is what even the shortest of its turns was late by, since the last look: a
 * pause for the garbage collector makes one turn long, an overload makes all of them so (the idea of CoDel's minimum,
 * RFC 8289 §3.1).
 */
class Meter {
  readonly #loop: IntervalHistogram
  readonly #heapLimit: number
  readonly #most: number
  readonly #heap: () => { used_heap_size: number }
  readonly #known: Known = { lagMs: 0, memory: 0 }
  #nextMs = Number.NEGATIVE_INFINITY

  constructor() {
    // Loaded here: both cost a start more than they are worth where nothing is shed.
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')
    const { getHeapStatistics } = process.getBuiltinModule('node:v8')
    this.#loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.#loop.enable()
    this.#heap = getHeapStatistics
    this.#heapLimit = getHeapStatistics().heap_size_limit
    const constrained = process.constrainedMemory?.() ?? 0
    // Without a limit, some systems give the largest number that they know.
    this.#most = constrained > 0 && constrained < 2 ** 53 ? constrained : Number.POSITIVE_INFINITY
  }

  at(nowMs: number): Pressure {
    if (nowMs >= this.#nextMs) this.#look(nowMs)
    return this.#known
  }

  #look(nowMs: number): void {
    this.#nextMs = nowMs + EVERY_MS
    const heap = this.#heap().used_heap_size / this.#heapLimit
    this.#known.memory = Math.max(heap, process.memoryUsage.rss() / this.#most)
    if (this.#loop.count < TURNS) return
    this.#known.lagMs = Math.max(0, this.#loop.min / 1e6 - RESOLUTION_MS)
    this.#loop.reset()
  }
}

/** A process that has just begun is late with everything, and what it takes to measure would make it later. */
const GRACE_MS = 1000

const UNKNOWN: Pressure = { lagMs: 0, memory: 0 }

let meter: Meter | undefined
let fromMs = Number.NaN

/** Begins to look a while after the first call: building a guard sets no timer. */
export function pressure(nowMs: number): Pressure {
  if (meter !== undefined) return meter.at(nowMs)
  if (Number.isNaN(fromMs)) fromMs = nowMs + GRACE_MS
  if (nowMs < fromMs) return UNKNOWN
  meter = new Meter()
  return UNKNOWN
}
