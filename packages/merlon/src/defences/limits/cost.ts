import type { Facts } from '../../contract/facts.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import { countOperations } from './operations.ts'
import { BYTES_A_UNIT, type LimitOptions } from './options.ts'

/** What a request counts: always the same, or what it brings. */
export type Charge = number | ((facts: Facts, burst: number) => number)

/** What a limit charges when a request comes. */
export function chargeOf({ cost }: Pick<LimitOptions, 'cost'>): Charge {
  if (cost === 'bytes') return (facts, burst) => Math.min(units(declaredBytes(facts)), burst)
  return cost === 'operations' ? (facts) => countOperations((facts.body ?? facts.parsed)?.value) : cost
}

/**
 * What a body turned out to have beyond what was charged for it: one that came in chunks declares nothing, and one that
 * is larger than the burst could never be charged at once. Negative where the client sent less than it declared.
 */
export function bytesBeyond(facts: Facts, charged: number): number {
  const bytes = facts.meter?.received ?? facts.body?.bytes.length ?? declaredBytes(facts)
  return units(bytes) - charged
}

/** A request that counts more than is ever admitted at once: no waiting helps. */
export function tooCostly(cost: number, burst: number): Refusal {
  return refuse('request-too-costly', {
    detail: `This asks for ${cost} operations, and at most ${burst} are admitted at once.`,
    reason: `limits: a cost of ${cost} above the burst of ${burst}`,
  })
}

function declaredBytes(facts: Facts): number {
  const length = Number(facts.header('content-length') ?? 0)
  return Number.isSafeInteger(length) && length > 0 ? length : 0
}

function units(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BYTES_A_UNIT))
}
