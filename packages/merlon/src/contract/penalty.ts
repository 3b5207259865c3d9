import type { Limit, PenaltyRule, Reading } from './counters.ts'
import { freePlaces, lastPlace, MOST_STRICT, type Places, takePlaces } from './strict.ts'

/**
 * A penalty keeps the times of the last refusals as a strict window keeps what it admits. Of more than 32, every second
 * one alone is kept, or every third…: a group counts as long as its last refusal does.
 */
export interface Penalty {
  readonly rule: PenaltyRule
  /** How many refusals one place stands for. */
  readonly group: number
  readonly places: number
}

/** What is kept of a subject beside the places. Times are in milliseconds. */
export interface PenaltyState {
  /** When the last ban ends; 0 where there was none. */
  untilMs: number
  /** Bans in a row. */
  times: number
  /** Refusals that are not in a place yet. */
  loose: number
  /** The last refusal that was noted. */
  lastMs: number
}

export function compilePenalty(rule: PenaltyRule): Penalty {
  const group = Math.ceil(rule.after / MOST_STRICT)
  return { rule, group, places: Math.max(1, Math.floor(rule.after / group)) }
}

/** Takes note of a refusal, unless a ban holds: whoever comes back too soon does not make it longer. */
export function strike({ rule, group }: Penalty, state: PenaltyState, places: Places, nowMs: number): void {
  if (state.untilMs > nowMs) return
  if (nowMs >= penaltyForgetMs(rule, state)) state.times = 0
  if (freePlaces(places, nowMs) === places.count && nowMs >= state.lastMs + rule.withinMs) state.loose = 0
  state.lastMs = nowMs
  state.loose++
  if (state.loose < group) return
  state.loose = 0
  takePlaces(places, 1, nowMs, rule.withinMs)
  if (freePlaces(places, nowMs) > 0) return
  ban(state, places, nowMs, rule.banMs[Math.min(state.times, rule.banMs.length - 1)] as number)
}

/** Bans for so long; what has led to it is spent. */
export function ban(state: PenaltyState, { times, from, count }: Places, nowMs: number, forMs: number): void {
  times.fill(0, from, from + count)
  state.loose = 0
  state.untilMs = nowMs + forMs
  state.times++
}

/** When the next ban would be a first one again. */
function penaltyForgetMs({ forgetMs }: PenaltyRule, { untilMs, times, lastMs }: PenaltyState): number {
  return times === 0 ? 0 : Math.max(untilMs, lastMs) + forgetMs
}

/** When nothing of it means anything any more. */
export function penaltyIdleMs({ rule }: Penalty, state: PenaltyState, places: Places): number {
  const loose = state.loose > 0 ? state.lastMs + rule.withinMs : 0
  return Math.max(penaltyForgetMs(rule, state), state.untilMs, lastPlace(places), loose)
}

export function readPenalty(limit: Limit, untilMs: number, nowMs: number): Reading {
  const leftMs = Math.max(0, Math.ceil(untilMs - nowMs))
  const admits = leftMs === 0
  return { limit, admits, remaining: admits ? limit.quota : 0, nextMs: leftMs, retryMs: leftMs, resetMs: leftMs }
}
