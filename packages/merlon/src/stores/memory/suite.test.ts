import { countersSuite } from '../suite/counters.fixture.ts'
import type { Opened } from '../suite/opened.fixture.ts'
import { memoryCounters } from './index.ts'

function open(): Opened {
  let nowMs = 0
  const counters = memoryCounters({ wall: () => nowMs })
  // The first that it hears of the clock is where its windows begin.
  counters.prepare([]).read([], nowMs)
  return {
    counters,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
    zeroMs: 0,
  }
}

countersSuite('memory', open, { runs: 1000 })
