import type { Counters, LimitSet, Reservation } from '../../contract/counters.ts'
import { WrappedCounters, WrappedSet } from '../../contract/wrapped-counters.ts'
import { memoryCounters } from '../memory/index.ts'
import { countersSuite } from '../suite/counters.fixture.ts'
import type { Opened } from '../suite/opened.fixture.ts'
import { remote } from './index.ts'
import type { Time } from './time.ts'

/** The same counters, and every answer of theirs comes a little later. */
class LaterCounters extends WrappedCounters {
  override prepare(...args: Parameters<Counters['prepare']>): LimitSet {
    return new LaterSet(super.prepare(...args))
  }
}

class LaterSet extends WrappedSet {
  override async charge(...args: Parameters<LimitSet['charge']>) {
    return super.charge(...args)
  }

  override async reserve(...args: Parameters<LimitSet['reserve']>): Promise<Reservation> {
    const reservation = await super.reserve(...args)
    const refund: Reservation['refund'] = async (...which) => reservation.refund(...which)
    return { readings: reservation.readings, refund }
  }

  override async debit(...args: Parameters<LimitSet['debit']>) {
    return super.debit(...args)
  }

  override async read(...args: Parameters<LimitSet['read']>) {
    return super.read(...args)
  }
}

function opening(wrap: (counters: Counters) => Counters): () => Opened {
  return () => {
    let nowMs = 0
    const time: Time = {
      now: () => nowMs,
      timer: () => () => {},
      turn: (call) => call(),
      random: () => 0.5,
    }
    const memory = memoryCounters({ wall: () => nowMs })
    memory.prepare([]).read([], nowMs)
    return {
      counters: remote(wrap(memory), { time }),
      now: () => nowMs,
      advance: (ms) => {
        nowMs += ms
      },
      zeroMs: 0,
    }
  }
}

countersSuite(
  'memory behind what stands before every store',
  opening((counters) => counters),
  { runs: 200 },
)
countersSuite(
  'the same, answering later',
  opening((counters) => new LaterCounters(counters)),
  { runs: 200 },
)
