import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Conclusion, isPromise, type Refusal } from '../../contract/verdict.ts'
import { type Guard, renderAnswer } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import { type RequestView, View } from '../../guard/view.ts'
import { BodyGate, hasBody } from './body-gate.ts'
import { NodeFacts } from './facts.ts'
import { respond } from './respond.ts'
import { hookWriteHead } from './write-head.ts'

const EXCHANGE = Symbol('merlon.exchange')

type Held = IncomingMessage & { [EXCHANGE]?: Exchange }

/** The exchange that a guard has begun for this request, if one has. */
export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return (req as Held)[EXCHANGE]
}

/** One request and its response under a guard on node:http, and on what is built on it. */
export class Exchange {
  readonly guard: Guard
  readonly facts: NodeFacts
  readonly view: RequestView

  /** @param target the request target as it came, before any framework has cut it */
  constructor(guard: Guard, req: IncomingMessage, res: ServerResponse, target: string) {
    this.guard = guard
    const facts = new NodeFacts(req, res, target)
    this.facts = facts
    this.view = new View(guard, facts)
    // One body has one gate, however many guards there are: a second one would take the chunks from the first.
    const before = exchangeOf(req)?.facts.gate
    ;(req as Held)[EXCHANGE] = this
    hookWriteHead(res, (answer) => guard.leave(facts, answer))
    facts.gate = before ?? (hasBody(req) ? new BodyGate(req, (refusal) => this.#stop(refusal)) : undefined)
  }

  /** Runs the guard; `next` is the handler's turn, and is called at most once, at once where no step had to wait. */
  run(next: () => void): void {
    try {
      const verdict = this.guard.begin(this.facts)
      if (!isPromise(verdict)) {
        this.#begun(verdict, next)
        return
      }
      this.facts.gate?.hold()
      verdict.then(
        (late) => this.#begun(late, next),
        (error) => this.fail(error),
      )
    } catch (error) {
      this.fail(error)
    }
  }

  #begun(verdict: Conclusion, next: () => void): void {
    const { facts, guard } = this
    if (verdict) {
      this.#apply(verdict)
      return
    }
    if (facts.meter) this.facts.gate?.open(facts.meter)
    else this.facts.gate?.release()
    // A body that the gate has refused at once is answered already.
    if (facts.refusal) return
    if (!guard.hasToRead(facts)) {
      next()
      return
    }
    const read = guard.read(facts)
    if (!isPromise(read)) this.#readDone(read, next)
    else {
      read.then(
        (late) => this.#readDone(late, next),
        (error) => this.fail(error),
      )
    }
  }

  /** Runs what comes late, on a request that the guard has let pass; `next` is called at most once. */
  late(late: Late, next: () => void): void {
    const { facts, guard } = this
    if (facts.refusal) return
    const done = (verdict: Conclusion) => {
      if (verdict) return this.#apply(verdict)
      if (facts.meter) facts.gate?.open(facts.meter)
      if (!facts.refusal) next()
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
    else if (!this.facts.refusal) next()
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
    // The guard has answered; what a reader of the cut-off body throws then says nothing new.
    if (facts.refusal && facts.res.headersSent) return
    const refusal = guard.failed(facts, error)
    if (facts.res.writableEnded) return
    this.facts.gate?.cut()
    this.#refuse(refusal, error)
  }
}
