import type { StoreEvent } from '../contract/counters.ts'
import type { Facts } from '../contract/facts.ts'
import type { Finding } from '../contract/finding.ts'
import type { Log } from '../contract/log.ts'
import type { Platform } from '../contract/platform.ts'
import { problems } from '../contract/problems.generated.ts'
import type { Refusal } from '../contract/verdict.ts'
import { formatPath } from '../policy/path.ts'
import { type Admission, Events, type Incident } from './events.ts'
import { LogBudget } from './log-budget.ts'

/** Lines a second that each kind of refusal may write to the log. */
const REFUSALS_LOGGED_PER_SECOND = 10

/** The same for failures, which come with a stack: a service that is down fails each request alike. */
const FAILURES_LOGGED_PER_SECOND = 100

export interface ReportParts {
  readonly platform: Platform
  readonly log: Log
  readonly requestId: (facts: Facts) => string
}

/** What a guard says of its work: to the log, and to whoever listens. */
export class Report {
  readonly events: Events
  readonly #parts: ReportParts
  readonly #budget = new LogBudget(REFUSALS_LOGGED_PER_SECOND)
  readonly #failures = new LogBudget(FAILURES_LOGGED_PER_SECOND)

  constructor(parts: ReportParts) {
    this.#parts = parts
    this.events = new Events((error) =>
      parts.log.error({ event: 'listener-failed', err: error }, 'an event listener threw'),
    )
  }

  admitted(facts: Facts): void {
    if (this.events.has('admitted')) this.events.emit('admitted', this.#admission(facts))
  }

  tell(event: 'refused' | 'observed', facts: Facts, refusal: Refusal, error?: unknown): void {
    const { log, platform } = this.#parts
    const suppressed = this.#budget.take(`${event} ${refusal.code}`, platform.now())
    const heard = this.events.has(event)
    if (suppressed === undefined && !heard) return
    const incident = this.#incident(facts, refusal)
    if (suppressed !== undefined) {
      const more = suppressed > 0 ? { suppressed } : {}
      log.info(
        { event, ...incident, ...(error === undefined ? {} : { err: error }), ...more },
        `a request was ${event}`,
      )
    }
    if (heard) this.events.emit(event, incident)
  }

  /** What was thrown: a refusal on purpose is one, all else is told whole. */
  failed(facts: Facts, refusal: Refusal, error: unknown): void {
    if (statusOf(refusal) < 500) {
      this.tell('refused', facts, refusal, error)
      return
    }
    const { log, platform } = this.#parts
    const incident = this.#incident(facts, refusal)
    const suppressed = this.#failures.take(refusal.code, platform.now())
    if (suppressed !== undefined) {
      const more = suppressed > 0 ? { suppressed } : {}
      log.error({ event: 'failed', ...incident, err: error, ...more }, 'a request failed')
    }
    this.events.emit('failed', { ...incident, error })
  }

  /** What was thrown after its request had been refused. */
  failedLate(facts: Facts, refusal: Refusal, error: unknown): void {
    const { log, platform } = this.#parts
    const suppressed = this.#failures.take(`late ${refusal.code}`, platform.now())
    if (suppressed === undefined) return
    const more = suppressed > 0 ? { suppressed } : {}
    const fields = { event: 'failed-late', ...this.#incident(facts, refusal), err: error, ...more }
    log.warn(fields, 'a handler failed after its request was over')
  }

  /** What a store tells of itself, each once. */
  stored(event: StoreEvent): void {
    const { log } = this.#parts
    const { kind, store, detail } = event
    const fields = { event: 'store', kind, store, detail }
    if (kind === 'store-back') log.info(fields, 'the store of the limits answers again')
    else log.warn(fields, 'the store of the limits does not answer as it should')
    this.events.emit('store', event)
  }

  /** Weak settings of the policy. */
  announce(findings: readonly Finding[]): void {
    const { log } = this.#parts
    for (const { code, severity, path, message, write } of findings) {
      if (severity === 'note') continue
      const fields = { event: 'finding', code, severity, path: formatPath(path), write }
      if (severity === 'critical') log.error(fields, message)
      else log.warn(fields, message)
    }
  }

  #incident(facts: Facts, refusal: Refusal): Incident {
    return {
      ...this.#admission(facts),
      code: refusal.code,
      status: statusOf(refusal),
      ...(refusal.reason === undefined ? {} : { reason: refusal.reason }),
    }
  }

  #admission(facts: Facts): Admission {
    return {
      requestId: this.#parts.requestId(facts),
      client: facts.client.address,
      ...(facts.principal === undefined ? {} : { principal: facts.principal.id }),
      method: facts.method,
      path: facts.path || pathOf(facts.target),
      route: facts.route.pattern,
    }
  }
}

const LONGEST_PATH = 256

/** What is refused before its path is brought to one form, or because it has none, is told as it came. */
function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return target.slice(0, mark < 0 ? LONGEST_PATH : Math.min(mark, LONGEST_PATH))
}

function statusOf(refusal: Refusal): number {
  return refusal.status ?? problems[refusal.code].status
}
