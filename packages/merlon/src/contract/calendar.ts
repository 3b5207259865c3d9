import type { Calendar, CalendarUnit } from './counters.ts'
import type { WindowSpan } from './fixed-window.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Windows of so many milliseconds since 1970 in UTC, each there until another is asked for. */
export class PlainWindows {
  readonly #windowMs: number
  #span: WindowSpan = { startMs: 0, endMs: 0, nextEndMs: 0 }

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  at(wallMs: number): WindowSpan {
    if (wallMs >= this.#span.startMs && wallMs < this.#span.endMs) return this.#span
    const startMs = Math.floor(wallMs / this.#windowMs) * this.#windowMs
    this.#span = { startMs, endMs: startMs + this.#windowMs, nextEndMs: startMs + 2 * this.#windowMs }
    return this.#span
  }
}

/**
 * Minutes, hours, days, weeks (from Monday, ISO 8601) and months as the clocks of a time zone show them. A day on which
 * they are put on has 23 hours and one on which they are put back 25; a minute or an hour that is cut by such a change
 * ends there, and one that comes twice is two.
 */
export class CalendarWindows {
  readonly #unit: CalendarUnit
  readonly #format: Intl.DateTimeFormat
  #span: WindowSpan = { startMs: 0, endMs: 0, nextEndMs: 0 }

  /** @throws RangeError where there is no such zone */
  constructor({ unit, zone }: Calendar) {
    this.#unit = unit
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  at(wallMs: number): WindowSpan {
    const last = this.#span
    if (wallMs >= last.startMs && wallMs < last.endMs) return last
    const endMs = this.#end(wallMs)
    this.#span = { startMs: this.#start(wallMs), endMs, nextEndMs: this.#end(endMs) }
    return this.#span
  }

  #start(wallMs: number): number {
    const key = this.#keyAt(wallMs)
    return firstFrom(wallMs - this.#spread(), wallMs, (at) => this.#keyAt(at) === key)
  }

  #end(wallMs: number): number {
    const key = this.#keyAt(wallMs)
    return firstFrom(wallMs, wallMs + this.#spread(), (at) => this.#keyAt(at) !== key)
  }

  /** More than any window of this unit takes, and less than one after it can come back to the same key. */
  #spread(): number {
    if (this.#unit === 'minute') return 2 * MINUTE
    if (this.#unit === 'hour') return HOUR + MINUTE
    return this.#unit === 'day' ? 2 * DAY : this.#unit === 'week' ? 9 * DAY : 33 * DAY
  }

  /** The same for all moments of one window, and for no others near it. */
  #keyAt(wallMs: number): number {
    const local = this.#localMs(wallMs)
    if (this.#unit === 'minute' || this.#unit === 'hour') {
      const unitMs = this.#unit === 'minute' ? MINUTE : HOUR
      // With the offset from UTC, so that an hour that comes twice is told apart.
      return (
        Math.floor(local / unitMs) * 2 ** 18 + Math.round((local - Math.floor(wallMs / 1000) * 1000) / 1000) + 2 ** 17
      )
    }
    const days = Math.floor(local / DAY)
    if (this.#unit === 'day') return days
    // 1970 began on a Thursday.
    if (this.#unit === 'week') return Math.floor((days + 3) / 7)
    const date = new Date(local)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  }

  /** What the zone's clocks show, as if it were UTC; whole seconds. */
  #localMs(wallMs: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
    for (const { type, value } of this.#format.formatToParts(wallMs)) parts[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}

/** The first whole millisecond of those from `low` to `high` for which it is so, where it is so from there on. */
function firstFrom(low: number, high: number, isSo: (at: number) => boolean): number {
  let [no, yes] = [Math.floor(low), Math.floor(high)]
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2)
    if (isSo(middle)) yes = middle
    else no = middle
  }
  return yes
}
