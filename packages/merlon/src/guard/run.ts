import type { Decide } from '../contract/defence.ts'
import type { Facts } from '../contract/facts.ts'
import type { Platform } from '../contract/platform.ts'
import { type Conclusion, isPromise, type MaybePromise, type Verdict } from '../contract/verdict.ts'

/** Runs steps in their order until one refuses or answers. No promise is made unless a step makes one. */
export function run(steps: readonly Decide[], facts: Facts, platform: Platform, from = 0): MaybePromise<Conclusion> {
  for (let at = from; at < steps.length; at++) {
    const verdict = (steps[at] as Decide)(facts)
    if (verdict === undefined) continue
    if (isPromise(verdict)) return verdict.then((late) => after(late, steps, facts, platform, at + 1))
    return after(verdict, steps, facts, platform, at + 1)
  }
  return undefined
}

function after(
  verdict: Verdict,
  steps: readonly Decide[],
  facts: Facts,
  platform: Platform,
  next: number,
): MaybePromise<Conclusion> {
  if (verdict === undefined) return run(steps, facts, platform, next)
  if (verdict.kind !== 'wait') return verdict
  return platform.sleep(verdict.ms).then(() => run(steps, facts, platform, next))
}

/**
 * Goes on with `next` when a verdict is there, at once where it is no promise. Not called `then`: a module that exports
 * one is thenable, and `await import()` of it never comes back.
 */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPromise(value) ? value.then(next) : next(value)
}
