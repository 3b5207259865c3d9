import type { Limit, LimitSet, Reading, Subject } from '../../contract/counters.ts'
import type { Build, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { clientSubject } from '../../contract/subject.ts'
import { isPromise, type MaybePromise, refuse, type Verdict } from '../../contract/verdict.ts'
import type { Delay, Load } from './options.ts'
import { sharedBy } from './per-store.ts'
import { Queue } from './queue.ts'
import type { Refuse } from './refusal.ts'

const OVERFLOW_TIMES = 16
const ONE: readonly number[] = [1]

/**
 * Each request past the rate waits one step longer than the one before it. It is charged all the same, as a debt of at
 * most one window, so that who goes on goes on waiting.
 */
export function compileDelay({ delay, mode }: Load, build: Build, refuseOr: Refuse): Decide | undefined {
  if (delay === 'off') return undefined
  const { counters, platform, observed } = build
  const { quota, windowMs, stepMs, maxMs } = delay
  const set = counters.prepare([limitOf(delay, mode === 'observe')])
  const queue = sharedBy(counters, 'load.delay', () => new Queue(delay.queue))
  const unitMs = windowMs / quota

  return (facts) => {
    const subjects = [clientSubject(facts.client)]
    const nowMs = platform.now()
    const readings = set.charge(subjects, ONE, nowMs)
    return isPromise(readings)
      ? readings.then((late) => decide(facts, late, subjects, nowMs))
      : decide(facts, readings, subjects, nowMs)
  }

  function decide(facts: Facts, [reading]: Reading[], subjects: Subject[], nowMs: number): MaybePromise<Verdict> {
    if (reading === undefined || reading.admits) return undefined
    const owed = owe(set, subjects, nowMs)
    return isPromise(owed) ? owed.then(([late]) => wait(facts, late)) : wait(facts, owed[0])
  }

  function wait(facts: Facts, reading: Reading | undefined): MaybePromise<Verdict> {
    const over = Math.max(1, Math.ceil((reading?.retryMs ?? 0) / unitMs) - 1)
    const ms = Math.min(maxMs, over * stepMs)
    if (mode === 'observe') {
      observed(facts, refuse('rate-limited', { reason: `load: would have waited ${ms} ms` }))
      return undefined
    }
    const { client } = facts
    if (!queue.enter(client)) {
      const seconds = String(Math.max(1, Math.ceil(ms / 1000)))
      const reason = `load: ${queue.size} requests wait already`
      return refuseOr(facts, refuse('rate-limited', { reason, headers: ['Retry-After', seconds] }))
    }
    return pause(facts, ms).then(() => {
      queue.leave(client)
      return undefined
    })
  }

  /** Whoever goes away waits no longer, and leaves the place to others. */
  function pause({ signal }: Facts, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        stop()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const stop = platform.timer(ms, done)
      if (signal.aborted) done()
      else signal.addEventListener('abort', done)
    })
  }
}

function owe(set: LimitSet, subjects: readonly Subject[], nowMs: number): MaybePromise<Reading[]> {
  const charged = set.debit(subjects, ONE, nowMs)
  return isPromise(charged) ? charged.then(() => set.read(subjects, nowMs)) : set.read(subjects, nowMs)
}

function limitOf({ quota, windowMs, of }: Delay, observed: boolean): Limit {
  return {
    id: `${observed ? 'observed ' : ''}load.delay${of === '*' ? '' : `@${of}`}`,
    name: 'delay',
    algorithm: 'gcra',
    quota,
    windowMs,
    burst: quota,
    overflowTimes: OVERFLOW_TIMES,
    // Slowing nobody down is what a service can bear best while its store is away.
    onFailure: 'open',
  }
}
