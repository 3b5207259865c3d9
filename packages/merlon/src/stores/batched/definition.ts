import { createHash } from 'node:crypto'
import { CalendarWindows } from '../../contract/calendar.ts'
import type { Calendar, Limit, Reading } from '../../contract/counters.ts'
import { readFixed } from '../../contract/fixed-window.ts'
import { compileGcra, GcraReading } from '../../contract/gcra.ts'
import { compilePenalty, readPenalty } from '../../contract/penalty.ts'
import { readSliding } from '../../contract/sliding-window.ts'
import { readStrict } from '../../contract/strict.ts'

/** One limit, as the script is told of it and tells of it. */
export interface Definition {
  readonly limit: Limit
  /** Its keys are found by this: it changes with whatever gives what is kept another meaning. */
  readonly code: string
  /** The definition's numbers as spec/redis has them, in brackets. `wallMs` is the wall clock of this machine. */
  numbers(wallMs: number): string
  /** What a field of the reply says. */
  read(field: string, cost: number, admitted: boolean): Reading
}

/** Of what is kept; another one starts all counters anew. */
const FORM = 1

/** Times in strict windows and penalties are counted in microseconds. */
const MICROS = 1000

/** @throws TypeError where the limit lacks what its algorithm needs */
export function define(limit: Limit): Definition {
  return DEFINITIONS[limit.algorithm](limit)
}

const DEFINITIONS = { gcra, 'sliding-window': slidingWindow, 'fixed-window': fixedWindow, strict, penalty } as const

function gcra(limit: Limit): Definition {
  const { quota, windowMs, burst } = limit
  const compiled = compileGcra(quota, windowMs, burst)
  const { ticksPerMs, interval, capacity, most } = compiled
  return {
    ...fixed(limit, [1, ticksPerMs, interval, capacity, most], [quota, windowMs, burst]),
    read: (field, cost, admitted) => new GcraReading(limit, compiled, Number(field), cost, admitted),
  }
}

function slidingWindow(limit: Limit): Definition {
  const { quota, windowMs } = limit
  return {
    ...fixed(limit, [2, quota, windowMs], [quota, windowMs]),
    read: (field, cost, admitted) => {
      const [current = 0, previous = 0, rest = 0] = field.split(',').map(Number)
      return readSliding(limit, limit, { index: 0, current, previous }, cost, windowMs - rest, admitted)
    },
  }
}

function fixedWindow(limit: Limit): Definition {
  const { quota, windowMs, calendar } = limit
  const read: Definition['read'] = (field, cost, admitted) => {
    const [used = 0, endMs = 0, nextEndMs = 0] = field.split(',').map(Number)
    return readFixed(limit, used, cost, { startMs: 0, endMs, nextEndMs }, 0, admitted)
  }
  if (calendar === undefined) return { ...fixed(limit, [3, quota, windowMs], [quota, windowMs]), read }
  const bounds = new Bounds(calendar)
  return {
    limit,
    code: codeOf([limit.id, limit.algorithm, quota, calendar.unit, calendar.zone]),
    numbers: (wallMs) => `[3,${quota},0,${bounds.at(wallMs)}]`,
    read,
  }
}

function strict(limit: Limit): Definition {
  const { quota, windowMs } = limit
  return {
    ...fixed(limit, [4, quota, windowMs * MICROS], [quota, windowMs]),
    read: (field, cost, admitted) => {
      const times = new Float64Array(quota)
      times.set(field.split(',').map(Number))
      return readStrict(limit, { times, from: 0, count: quota }, cost, 0, MICROS, admitted)
    },
  }
}

/** Found by its id alone: whoever is banned stays so when the policy changes. */
function penalty(limit: Limit): Definition {
  const { penalty: rule } = limit
  if (rule === undefined) throw new TypeError(`limit ${limit.id}: expected the rule of its penalty`)
  const { group, places } = compilePenalty(rule)
  const micros = [rule.withinMs, rule.forgetMs, ...rule.banMs].map((ms) => ms * MICROS)
  return {
    ...fixed(limit, [5, group, places, ...micros], []),
    read: (field) => readPenalty(limit, parsePenalty(field).leftMs, 0),
  }
}

/** What a penalty's field says. */
export function parsePenalty(field: string): { leftMs: number; times: number; struck: boolean } {
  const [left = 0, times = 0, struck = 0] = field.split(',').map(Number)
  return { leftMs: Math.ceil(left / MICROS), times, struck: struck === 1 }
}

function fixed(limit: Limit, numbers: readonly number[], keptBy: readonly unknown[]): Omit<Definition, 'read'> {
  const text = JSON.stringify(numbers)
  return { limit, code: codeOf([limit.id, limit.algorithm, ...keptBy]), numbers: () => text }
}

/** 48 bits of a digest: limits of one policy are few. */
export function codeOf(what: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([FORM, ...what]))
    .digest('base64url')
    .slice(0, 8)
}

/** How many windows before now, and after it, the script is told of: the clocks may differ by as much. */
const BEFORE = 2
const AFTER = 4

/** Where windows of a calendar begin and end, near now. */
class Bounds {
  readonly #windows: CalendarWindows
  #text = ''
  #untilMs = Number.NEGATIVE_INFINITY
  #fromMs = 0

  constructor(calendar: Calendar) {
    this.#windows = new CalendarWindows(calendar)
  }

  at(wallMs: number): string {
    if (wallMs < this.#untilMs && wallMs >= this.#fromMs) return this.#text
    const { startMs, endMs } = this.#windows.at(wallMs)
    const bounds = [startMs, endMs]
    while (bounds.length < BEFORE + 2) bounds.unshift(this.#windows.at((bounds[0] as number) - 1).startMs)
    while (bounds.length < BEFORE + 2 + AFTER) bounds.push(this.#windows.at(bounds[bounds.length - 1] as number).endMs)
    this.#fromMs = startMs
    this.#untilMs = endMs
    this.#text = bounds.join()
    return this.#text
  }
}
