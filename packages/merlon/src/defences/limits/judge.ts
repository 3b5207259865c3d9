import type { Reading } from '../../contract/counters.ts'
import type { Facts } from '../../contract/facts.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import type { Missing } from './fields.ts'
import { retryAfter } from './ratelimit-header.ts'

/** What bans are answered with, by the penalty's id. */
export type BanStatuses = ReadonlyMap<string, number>

/** Turns what limits read into a verdict. */
export function judge(readings: readonly Reading[], bans: BanStatuses): Refusal | undefined {
  for (let at = 0; at < readings.length; at++) {
    if (!(readings[at] as Reading).admits) return refused(readings, bans)
  }
  return undefined
}

function refused(readings: readonly Reading[], bans: BanStatuses): Refusal {
  const refusing = readings.filter((each) => !each.admits)
  const ban = refusing.find((each) => isBan(each) && !isClosed(each))
  if (ban) return banned(ban, bans.get(ban.limit.id) ?? 429)
  const known = refusing.filter((each) => !isClosed(each))
  return known.length > 0 ? limited(known) : uncounted(refusing)
}

/** It refuses since its store does not answer, and not for anything that the client has done. */
function isClosed({ degraded }: Reading): boolean {
  return degraded === 'closed'
}

function uncounted(refusing: readonly Reading[]): Refusal {
  return refuse('store-unavailable', {
    reason: `limits: the store does not answer, and ${refusing.map(({ limit }) => limit.id).join(', ')} is closed then`,
    headers: ['Retry-After', String(retryAfter(refusing))],
  })
}

/** The answer names all limits that refused, in the member of the IETF draft's problem `quota-exceeded` (§5.1). */
function limited(refusing: readonly Reading[]): Refusal {
  const seconds = retryAfter(refusing)
  return refuse('rate-limited', {
    detail: `Try again in ${said(seconds)}.`,
    reason: `limits: ${refusing.map(({ limit }) => limit.id).join(', ')}`,
    headers: ['Retry-After', String(seconds)],
    members: { 'violated-policies': refusing.map(({ limit }) => limit.name) },
  })
}

function banned(ban: Reading, status: number): Refusal {
  const seconds = retryAfter([ban])
  return refuse('banned', {
    status,
    detail: `Try again in ${said(seconds)}.`,
    reason: `limits: ${ban.limit.id}`,
    headers: ['Retry-After', String(seconds)],
  })
}

function said(seconds: number): string {
  return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`
}

export function isBan({ limit }: Reading): boolean {
  return limit.algorithm === 'penalty'
}

/** Lays readings down for the answer's headers. A ban is no limit with a quota, and stands in none of them. */
export function layDown(facts: Facts, readings: Reading[]): void {
  if (readings.length === 0) return
  const banned = isBan(readings[readings.length - 1] as Reading)
  const limits = banned ? readings.filter((each) => !isBan(each)) : readings
  facts.readings = facts.readings === undefined ? limits : facts.readings.concat(limits)
}

export function missing({ field, problem }: Missing): Refusal {
  return refuse('subject-missing', { detail: `The field ${field} ${problem}.`, reason: `limits: ${field} ${problem}` })
}
