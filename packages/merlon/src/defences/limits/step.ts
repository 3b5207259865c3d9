import type { Reading } from '../../contract/counters.ts'
import type { Build, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { isPromise, type MaybePromise, type Refusal, type Verdict } from '../../contract/verdict.ts'
import { type BanStatuses, judge, layDown, missing } from './judge.ts'
import type { Outcome, Phase } from './phase.ts'

export interface StepParts {
  /** Limits that refuse, all of them together. */
  readonly phase: Phase | undefined
  /** Limits that only report, each by itself: what one of them would refuse says nothing of another. */
  readonly watched: readonly Phase[]
  /** Paths that are not counted when they are fetched. */
  readonly skips: ReadonlySet<string> | undefined
  /** What bans are answered with. */
  readonly bans: BanStatuses
}

/** One step of the order. */
export function compileStep(parts: StepParts, { platform, observed: report }: Build): Decide | undefined {
  const { phase, watched, skips, bans } = parts
  if (phase === undefined && watched.length === 0) return undefined

  function decide(facts: Facts): MaybePromise<Verdict> {
    if (skips?.has(facts.path) && (facts.method === 'GET' || facts.method === 'HEAD')) return undefined
    const nowMs = platform.now()
    const verdict = phase === undefined ? undefined : charge(phase, facts, nowMs)
    if (watched.length === 0) return verdict
    if (isPromise(verdict)) return verdict.then((late) => watch(facts, nowMs, late))
    return watch(facts, nowMs, verdict)
  }

  function charge(from: Phase, facts: Facts, nowMs: number): MaybePromise<Verdict> {
    const outcome = from.charge(facts, nowMs)
    return isPromise(outcome) ? outcome.then((late) => conclude(facts, late)) : conclude(facts, outcome)
  }

  function conclude(facts: Facts, outcome: Outcome): Refusal | undefined {
    if (!Array.isArray(outcome)) return refusalOf(outcome)
    layDown(facts, outcome)
    return judge(outcome, bans)
  }

  /** Counts on as if the observed limits held; what is refused already would not have come to them. */
  function watch(facts: Facts, nowMs: number, verdict: Verdict): Verdict {
    if (verdict !== undefined) return verdict
    for (const each of watched) {
      const outcome = each.charge(facts, nowMs)
      // What the store cannot count is not observed, and no client has to know.
      if (isPromise(outcome)) outcome.then((late) => tell(facts, late), nothing)
      else tell(facts, outcome)
    }
    return undefined
  }

  function tell(facts: Facts, outcome: Outcome): void {
    const refusal = Array.isArray(outcome) ? judge(outcome as readonly Reading[], bans) : refusalOf(outcome)
    if (refusal) report(facts, refusal)
  }

  return decide
}

function refusalOf(outcome: Exclude<Outcome, readonly unknown[]>): Refusal {
  return 'kind' in outcome ? outcome : missing(outcome)
}

function nothing(): void {}
