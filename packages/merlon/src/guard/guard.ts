import { Answer } from '../contract/answer.ts'
import type { StoreEvent } from '../contract/counters.ts'
import type { Rendered } from '../contract/defence.ts'
import type { Facts } from '../contract/facts.ts'
import type { Log } from '../contract/log.ts'
import type { Pace } from '../contract/pace.ts'
import type { Platform } from '../contract/platform.ts'
import type { Conclusion, MaybePromise, Refusal } from '../contract/verdict.ts'
import type { CompiledRoute } from './compile.ts'
import type { LimitsDesk } from './desk.ts'
import type { Events, GuardEvents, Listener } from './events.ts'
import type { GuardParts } from './guard-parts.ts'
import { type OnRefuse, renderWith } from './hooks.ts'
import type { Late } from './late.ts'
import type { Matcher } from './match.ts'
import { preflightMethod } from './preflight.ts'
import { Report } from './report.ts'
import { andThen, run } from './run.ts'
import { openWatch, type Watch } from './watch.ts'

/** A policy, compiled once; the same for every host. Adapters feed it facts and apply its verdicts. */
export class Guard {
  readonly events: Events
  readonly platform: Platform
  readonly log: Log
  /** Looks at requests that take their time. */
  readonly watch: Watch
  readonly bare: boolean
  /** Reads what is read from files, and has the store connect. Requests that come before do so themselves. */
  readonly ready: () => Promise<void>
  /** Ends what the store began. */
  readonly close: () => Promise<void>
  /** Limits for operators. */
  readonly desk: LimitsDesk
  readonly #matcher: Matcher<CompiledRoute>
  readonly #fallback: CompiledRoute
  readonly #report: Report
  readonly #inline: GuardParts['inline']
  readonly #onRefuse: OnRefuse | undefined
  readonly #prepare: GuardParts['prepare']
  #findings: GuardParts['findings'] | undefined

  constructor(parts: GuardParts) {
    this.#inline = parts.inline
    this.#onRefuse = parts.onRefuse
    this.#prepare = parts.prepare
    this.ready = parts.ready
    this.close = parts.close
    this.desk = parts.desk
    this.platform = parts.platform
    this.log = parts.log
    this.watch = openWatch(parts.platform)
    this.bare = parts.bare ?? false
    this.#matcher = parts.matcher
    this.#fallback = parts.fallback
    this.#findings = parts.findings
    this.#report = new Report({ ...parts, requestId: (facts) => this.requestId(facts) })
    this.events = this.#report.events
  }

  /** Runs what needs no body. After it, `facts.route` holds the route that the answer leaves under. */
  begin(facts: Facts): MaybePromise<Conclusion> {
    if (this.#findings) {
      // Said once, at the first request: building a guard writes nothing.
      this.#report.announce(this.#findings())
      this.#findings = undefined
    }
    this.#prepare?.(facts)
    facts.route = this.#fallback
    const early = run(this.#fallback.arrive, facts, this.platform)
    if (early === undefined) return this.#routed(facts, undefined)
    return andThen(early, (verdict) => this.#routed(facts, verdict))
  }

  #routed(facts: Facts, verdict: Conclusion): MaybePromise<Conclusion> {
    if (verdict) return this.#conclude(facts, verdict)
    const asked = this.bare ? undefined : preflightMethod(facts)
    if (asked === undefined) {
      const route = this.#matcher.find(facts, facts.method)
      facts.route = route
      const verdict = run(route.route, facts, this.platform)
      if (verdict === undefined) return this.#arrived(facts, undefined)
      return andThen(verdict, (late) => this.#arrived(facts, late))
    }
    // A preflight asks about another method, and gets that route's answer.
    const target = this.#matcher.find(facts, asked)
    facts.route = target
    facts.asked = target
    return andThen(run(target.preflight, facts, this.platform), (late) => {
      if (late) return this.#conclude(facts, late)
      const route = this.#matcher.find(facts, facts.method)
      facts.route = route
      return andThen(run(route.preflighted, facts, this.platform), (last) => this.#arrived(facts, last))
    })
  }

  /** Whether `read` has to run before the handler. */
  hasToRead(facts: Facts): boolean {
    return routeOf(facts).read.length > 0
  }

  /** Runs what needs the body, and what comes after it. */
  read(facts: Facts): MaybePromise<Conclusion> {
    const verdict = run(routeOf(facts).read, facts, this.platform)
    if (verdict === undefined) return this.#readDone(facts, undefined)
    return andThen(verdict, (late) => this.#readDone(facts, late))
  }

  #readDone(facts: Facts, verdict: Conclusion): Conclusion {
    if (!verdict) this.#report.admitted(facts)
    return this.#conclude(facts, verdict)
  }

  /**
   * An inline route of this guard.
   *
   * @param above the function that the user called
   * @throws PolicyError with every mistake, at the line of that call
   */
  inline(given: unknown, above: (...given: never[]) => unknown): Late {
    return this.#inline(given, above)
  }

  /** Runs what comes late; once for a request, however often it is asked. */
  late(facts: Facts, late: Late): MaybePromise<Conclusion> {
    const route = late.over(routeOf(facts))
    if (!route) return undefined
    facts.route = route
    return andThen(run(route.late, facts, this.platform), (verdict) => this.#conclude(facts, verdict))
  }

  /** The head has passed: what is left before the body is who is calling, where the route wants to know. */
  #arrived(facts: Facts, verdict: Conclusion): MaybePromise<Conclusion> {
    const { identification } = routeOf(facts)
    if (verdict || identification.length === 0) return this.#identified(facts, verdict)
    const found = run(identification, facts, this.platform)
    return found === undefined
      ? this.#identified(facts, undefined)
      : andThen(found, (late) => this.#identified(facts, late))
  }

  #identified(facts: Facts, verdict: Conclusion): Conclusion {
    if (!verdict && !this.hasToRead(facts)) this.#report.admitted(facts)
    return this.#conclude(facts, verdict)
  }

  #conclude(facts: Facts, verdict: Conclusion): Conclusion {
    if (verdict?.kind === 'refuse') this.refused(facts, verdict)
    return verdict
  }

  /** Puts the guard's headers on an answer, whoever made it. */
  leave(facts: Facts, answer: Answer): void {
    const { ready, strip, leave } = (facts.asked as CompiledRoute | undefined) ?? routeOf(facts)
    for (const name of strip) answer.remove(name)
    answer.addReady(ready)
    for (const each of leave) each(facts, answer)
  }

  /** Takes down a refusal: the first is the request's, and each is logged and told. */
  refused(facts: Facts, refusal: Refusal): void {
    facts.refusal ??= refusal
    this.#report.tell('refused', facts, refusal)
  }

  /** What something thrown by the handler becomes. A refusal on purpose is passed on; all else is logged whole. */
  failed(facts: Facts, error: unknown): Refusal {
    const refusal = routeOf(facts).classify(error)
    facts.refusal ??= refusal
    this.#report.failed(facts, refusal, error)
    return refusal
  }

  render(facts: Facts, refusal: Refusal, error?: unknown): Rendered {
    const requestId = this.requestId(facts)
    const render = (given: Refusal) => routeOf(facts).render(facts, given, requestId, error)
    if (!this.#onRefuse) return render(refusal)
    return renderWith(this.#onRefuse, { facts, refusal, requestId, log: this.log }, render)
  }

  /** Refuses what never became a request, under what the policy says of every route; the headers are complete. */
  refuseBare(facts: Facts, refusal: Refusal): Rendered {
    facts.route = this.#fallback
    this.refused(facts, refusal)
    const { status, headers, body } = this.render(facts, refusal)
    const answer = new Answer(status, [...headers])
    this.leave(facts, answer)
    return { status, headers: answer.complete(), body }
  }

  /** Reports what a section or limit in `observe` would have refused. */
  observed(facts: Facts, refusal: Refusal): void {
    this.#report.tell('observed', facts, refusal)
  }

  /** Reports what a store tells of itself. */
  stored(event: StoreEvent): void {
    this.#report.stored(event)
  }

  /** How long a request may take, by what holds for every route. */
  get commonPace(): Pace | undefined {
    return this.#fallback.pace
  }

  /** What a handler throws after its request was ended: nobody waits for it any more, and the log learns of it. */
  failedLate(facts: Facts, error: unknown): void {
    if (facts.refusal) this.#report.failedLate(facts, facts.refusal, error)
  }

  on<K extends keyof GuardEvents>(name: K, listener: Listener<K>): () => void {
    return this.events.on(name, listener)
  }

  requestId(facts: Facts): string {
    facts.requestIdUsed ??= routeOf(facts).identify(facts)
    return facts.requestIdUsed
  }

  nonce(facts: Facts): string {
    facts.nonceUsed ??= base64(this.platform.randomBytes(16))
    return facts.nonceUsed
  }
}

/** The guard alone writes `facts.route`, and only what it has compiled. */
function routeOf(facts: Facts): CompiledRoute {
  return facts.route as CompiledRoute
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
