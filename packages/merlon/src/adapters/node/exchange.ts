import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from '../../contract/answer.ts'
import type { Phase, Progress } from '../../contract/pace.ts'
import type { ProblemCode } from '../../contract/problems.generated.ts'
import { type Conclusion, isPromise, type Refusal } from '../../contract/verdict.ts'
import type { Guard } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import { paceOf, timeoutError } from '../../guard/pace.ts'
import { renderAnswer } from '../../guard/render-answer.ts'
import { type RequestView, View } from '../../guard/view.ts'
import type { Watched } from '../../guard/watch.ts'
import { BodyGate, hasBody } from './body-gate.ts'
import { exchangeOf, holdExchange } from './exchange-of.ts'
import { NodeFacts } from './facts.ts'
import { respond } from './respond.ts'
import { hookWriteHead, type Leaver } from './write-head.ts'

/** How an exchange has itself called when the answer's headers go out. */
type Hook = (res: ServerResponse, exchange: Exchange) => void

/** Called before a late request is ended, with the code that it is refused with; gives the one to use instead. */
export type OnLate = (code: ProblemCode) => ProblemCode

/** One request and its response under a guard on node:http, and on what is built on it. */
export class Exchange implements Leaver, Watched, Progress {
  readonly guard: Guard
  readonly facts: NodeFacts
  readonly view: RequestView
  readonly outer: Exchange | undefined
  left = false
  dueMs = Number.POSITIVE_INFINITY
  place = -1
  onLate: OnLate | undefined
  #watched = false
  #handed = false
  /** The handler's turn is over, and what it has begun goes on. */
  #turned = false
  #handedMs = 0
  #answeredMs = 0
  /** The handler was ended in the middle of its work. */
  #ended = false

  /** @param target the request target as it came, before any framework has cut it */
  constructor(
    guard: Guard,
    req: IncomingMessage,
    res: ServerResponse,
    target: string,
    hook: Hook = hookWriteHead,
    outer = exchangeOf(req),
  ) {
    this.guard = guard
    const facts = new NodeFacts(req, res, target)
    this.facts = facts
    this.view = new View(guard, facts)
    // One body has one gate, however many guards there are: a second one would take the chunks from the first.
    const before = outer?.facts.gate
    this.outer = outer
    holdExchange(req, this)
    facts.startedMs = guard.platform.now()
    hook(res, this)
    if (outer) facts.body = outer.facts.body
    if (before !== undefined) facts.gate = before
    else if (hasBody(facts.fields)) facts.gate = this.#openGate(req)
  }

  #openGate(req: IncomingMessage): BodyGate {
    return new BodyGate(req, this.guard.platform.now, this.facts.startedMs, (refusal) => this.#stop(refusal))
  }

  /** Runs the guard; `next` is the handler's turn, and is called at most once, at once where no step had to wait. */
  run(next: () => void): void {
    try {
      const verdict = this.guard.begin(this.facts)
      if (!isPromise(verdict)) this.#begun(verdict, next)
      else {
        this.facts.gate?.hold()
        this.#watch()
        verdict.then(
          (late) => this.#begun(late, next),
          (error) => this.fail(error),
        )
      }
    } catch (error) {
      this.fail(error)
    }
  }

  leave(answer: Answer): void {
    const { facts, guard } = this
    if (paceOf(facts)?.timesAnswer) this.#answeredMs = guard.platform.now()
    guard.leave(facts, answer)
  }

  #begun(verdict: Conclusion, next: () => void): void {
    const { facts, guard } = this
    // A store was asked, and the deadline did not wait for what it says.
    if (this.#ended) return
    if (verdict) {
      this.#apply(verdict)
      return
    }
    if (facts.meter) this.facts.gate?.open(facts.meter)
    else this.facts.gate?.release()
    // A body that the gate has refused at once is answered already.
    if (facts.refusal) return
    const read = guard.hasToRead(facts) ? guard.read(facts) : undefined
    if (!isPromise(read)) this.#readDone(read, next)
    else {
      this.#watch()
      read.then(
        (late) => this.#readDone(late, next),
        (error) => this.fail(error),
      )
    }
  }

  #hand(next: () => void): void {
    const { facts, guard } = this
    this.#handed = true
    if (paceOf(facts)?.timesHandler) this.#handedMs = guard.platform.now()
    next()
    this.#turned = true
    // Most handlers have answered by then, and the socket has taken it all: these can be late no more.
    if (this.#watched || (paceOf(facts) && (!facts.res.writableEnded || facts.res.writableLength > 0))) this.#watch()
  }

  /** The request goes on after this turn of the loop, and from here on it can be late. */
  #watch(): void {
    const { facts, guard } = this
    const { res } = facts
    const pace = paceOf(facts)
    if (res.closed || this.#ended || (!pace && !this.#watched)) return
    if (!this.#watched) res.on('close', () => guard.watch.remove(this))
    this.#watched = true
    this.dueMs = pace?.dueMs(this, guard.platform.now()) ?? Number.POSITIVE_INFINITY
    if (pace) guard.watch.add(this, pace.tickMs)
  }

  get startedMs(): number {
    return this.facts.startedMs
  }

  get phase(): Phase {
    if (this.facts.res.headersSent) return 'answer'
    if (this.facts.gate?.waits) return 'body'
    return this.#handed ? 'handler' : 'guard'
  }

  get sinceMs(): number {
    if (this.facts.res.headersSent) return this.#answeredMs
    return this.facts.gate?.waits ? this.startedMs : Math.max(this.#handedMs, this.movedMs)
  }

  get movedMs(): number {
    return this.facts.gate?.movedMs ?? this.facts.startedMs
  }

  inspect(nowMs: number): void {
    const { facts, guard } = this
    const pace = paceOf(facts)
    if (facts.res.closed) {
      guard.watch.remove(this)
      return
    }
    this.dueMs = pace?.dueMs(this, nowMs) ?? Number.POSITIVE_INFINITY
    if (pace && this.dueMs <= nowMs) this.#expire(pace.late(this.phase))
  }

  /** Answers in the handler's place, or breaks off what it has begun; only then does the handler learn of it. */
  #expire(refusal: Refusal): void {
    const { facts, guard } = this
    guard.watch.remove(this)
    const code = this.onLate?.(refusal.code) ?? refusal.code
    const late = code === refusal.code ? refusal : { ...refusal, code }
    // A refusal whose client does not take it was told when it was made.
    if (!facts.refusal) {
      this.#ended = refusal.code !== 'request-timeout'
      guard.refused(facts, late)
    }
    facts.gate?.cut()
    this.#refuse(late)
    facts.abort(timeoutError())
  }

  /** Runs what comes late, on a request that the guard has let pass; `next` is called at most once. */
  late(late: Late, next: () => void): void {
    const { facts, guard } = this
    if (facts.refusal) return
    const done = (verdict: Conclusion) => {
      if (verdict) return this.#apply(verdict)
      if (facts.meter) facts.gate?.open(facts.meter)
      if (facts.refusal) return
      // What has joined may have a shorter deadline.
      if (paceOf(facts)?.timesHandler) this.#handedMs = guard.platform.now()
      // What has joined may be the first that sets a time.
      if (this.#watched || this.#turned) this.#watch()
      next()
    }
    try {
      const verdict = guard.late(facts, late)
      if (isPromise(verdict)) verdict.then(done, (error) => this.fail(error))
      else done(verdict)
    } catch (error) {
      this.fail(error)
    }
  }

  #readDone(verdict: Conclusion, next: () => void): void {
    if (verdict) this.#apply(verdict)
    else if (!this.facts.refusal) this.#hand(next)
  }

  #apply(verdict: NonNullable<Conclusion>): void {
    const { facts } = this
    if (verdict.kind === 'answer') {
      respond(facts.req, facts.res, renderAnswer(verdict), false, this.facts.gate)
    } else if (!facts.res.writableEnded) {
      this.facts.gate?.shut()
      this.#refuse(verdict)
    }
  }

  #refuse(refusal: Refusal, error?: unknown): void {
    const { facts, guard } = this
    respond(facts.req, facts.res, guard.render(facts, refusal, error), refusal.close === true, this.facts.gate)
  }

  /** The body was refused while somebody read it. */
  #stop(refusal: Refusal): void {
    this.guard.refused(this.facts, refusal)
    this.#refuse({ ...refusal, close: true })
  }

  /** Something was thrown: the log learns all of it, the client what it may. */
  fail(error: unknown): void {
    const { facts, guard } = this
    if (this.#ended) {
      if (!facts.isLateness(error)) guard.failedLate(facts, error)
      return
    }
    // The guard has answered; what a reader of the cut-off body throws then says nothing new.
    if (facts.refusal && facts.res.headersSent) return
    const refusal = guard.failed(facts, error)
    if (facts.res.writableEnded) return
    this.facts.gate?.cut()
    this.#refuse(refusal, error)
  }
}
