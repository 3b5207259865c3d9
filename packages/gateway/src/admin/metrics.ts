import type { GuardEvents } from 'merlon'
import type { MeasuredCounters } from 'merlon/node'
import { Counter, Histogram, Registry } from 'prom-client'

/** What Prometheus reads. */
export interface Metrics {
  /** The media type of `text`. */
  readonly type: string
  text(): Promise<string>
}

/** Seconds: from what memory takes to what no store may. */
const BUCKETS = [0.000_001, 0.000_005, 0.000_025, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1]

/** A histogram of how long decisions took; apart, since counters are made with it before the metrics are. */
export class DecisionTimes {
  readonly histogram = new Histogram({
    name: 'merlon_limit_decision_seconds',
    help: 'How long a decision of limits took: each one of a store, one in 64 of those in memory.',
    buckets: BUCKETS,
    registers: [],
  })

  readonly took = (ms: number): void => this.histogram.observe(ms / 1000)
}

interface Guarded {
  on<K extends 'admitted' | 'refused' | 'observed' | 'store'>(name: K, listener: (event: GuardEvents[K]) => void): void
}

/**
 * Metrics of a gateway. Their labels are the policy's own words and Merlon's codes: nothing that a client sends makes a
 * series.
 */
export function openMetrics(guard: Guarded, counters: MeasuredCounters, times: DecisionTimes): Metrics {
  const registry = new Registry()
  registry.registerMetric(times.histogram)
  const registers = [registry]
  const requests = new Counter({
    name: 'merlon_requests_total',
    help: 'Requests by the route of the policy and what became of them: admitted, or the code of the refusal.',
    labelNames: ['route', 'outcome'],
    registers,
  })
  guard.on('admitted', ({ route }) => requests.inc({ route, outcome: 'admitted' }))
  guard.on('refused', ({ route, code }) => requests.inc({ route, outcome: code }))
  const observed = new Counter({
    name: 'merlon_observed_total',
    help: 'What sections and limits in observe would have refused, by route and code.',
    labelNames: ['route', 'code'],
    registers,
  })
  guard.on('observed', ({ route, code }) => observed.inc({ route, code }))
  const store = new Counter({
    name: 'merlon_store_events_total',
    help: 'What the store of limits has told of itself: lost, back, slow, failed.',
    labelNames: ['store', 'event'],
    registers,
  })
  guard.on('store', ({ store: name, kind }) => store.inc({ store: name, event: kind }))
  new Counter({
    name: 'merlon_limit_decisions_total',
    help: 'Decisions of each limit: admitted, refused, and of these, decided without the store (degraded).',
    labelNames: ['limit', 'outcome'],
    registers,
    collect() {
      this.reset()
      for (const { limit, admitted, refused, degraded } of counters.tallies) {
        this.inc({ limit, outcome: 'admitted' }, admitted)
        this.inc({ limit, outcome: 'refused' }, refused)
        this.inc({ limit, outcome: 'degraded' }, degraded)
      }
    },
  })
  new Counter({
    name: 'merlon_limit_store_errors_total',
    help: 'Decisions that the store failed.',
    registers,
    collect() {
      this.reset()
      this.inc(counters.failed)
    },
  })
  return { type: registry.contentType, text: () => registry.metrics() }
}
