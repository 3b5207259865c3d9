import * as z from 'zod/mini'
import { rateText } from './rates.ts'

/** A rate that holds at certain times. */
export interface WrittenSwitch {
  /** From when to when, `22:00-06:00`; past midnight it belongs to the day on which it began. */
  readonly between: string
  /** `mon-fri`, `sat,sun`. Default: every day. */
  readonly days?: string
  /** Whose clock: `Europe/Berlin`. Default: UTC. */
  readonly zone?: string
  /** The rate at these times. */
  readonly rate: string
}

export interface Switch {
  /** Minutes after midnight. */
  readonly fromMinute: number
  /** The first that is outside again. */
  readonly toMinute: number
  /** 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[]
  readonly zone: string
}

const EXPECTED = 'times such as { between: "22:00-06:00", rate: "10/1m" }, or a list of them'
const BETWEEN = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/
const BETWEEN_EXPECTED = 'times of the day such as "22:00-06:00"'
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const DAYS_EXPECTED = 'days such as "mon-fri" or "sat,sun"'
const ZONE_EXPECTED = 'the name of a time zone, such as "Europe/Berlin"'

/** The IANA name of a zone. */
export function zone() {
  return z.string({ error: ZONE_EXPECTED }).check(z.refine(isZone, { error: ZONE_EXPECTED }))
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    // An offset, `+02:00`, knows no summer time.
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}

/** `when`, with rates that are not read yet. */
export function switches() {
  const one = z.pipe(
    z.strictObject({
      between: z
        .string({ error: BETWEEN_EXPECTED })
        .check(
          z.refine((text) => BETWEEN.test(text) && text.slice(0, 5) !== text.slice(6), { error: BETWEEN_EXPECTED }),
        ),
      days: z._default(
        z
          .string({ error: DAYS_EXPECTED })
          .check(z.refine((text) => readDays(text) !== undefined, { error: DAYS_EXPECTED })),
        'mon-sun',
      ),
      zone: z._default(zone(), 'UTC'),
      rate: rateText(),
    }),
    z.transform(({ between, days, zone, rate }) => {
      const [, h1, m1, h2, m2] = BETWEEN.exec(between) ?? []
      const at: Switch = {
        fromMinute: Number(h1) * 60 + Number(m1),
        toMinute: Number(h2) * 60 + Number(m2),
        days: readDays(days) ?? [],
        zone,
      }
      return { at, rate }
    }),
  )
  return z.array(one, { error: EXPECTED }).check(z.minLength(1, { error: EXPECTED }))
}

function readDays(text: string): number[] | undefined {
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [from = -1, to = from, ...more] = part.split('-').map((word) => DAYS.indexOf(word.trim()))
    if (from < 0 || to < 0 || more.length > 0) return undefined
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day + 1)
      if (day === to) break
    }
  }
  return [...days].sort()
}

/** Says which of several times it is. Looked at once a minute: what a zone's clock shows is no cheap question. */
export class Schedule {
  readonly #switches: readonly Switch[]
  readonly #clocks: readonly Intl.DateTimeFormat[]
  #minute = Number.NaN
  #at = -1

  constructor(given: readonly Switch[]) {
    this.#switches = given
    this.#clocks = given.map(
      ({ zone }) =>
        new Intl.DateTimeFormat('en-US', {
          timeZone: zone,
          weekday: 'short',
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23',
        }),
    )
  }

  /** The place of the first that fits; -1 where none does. */
  at(wallMs: number): number {
    const minute = Math.floor(wallMs / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#at = this.#switches.findIndex((each, at) => fits(each, this.#clocks[at] as Intl.DateTimeFormat, wallMs))
    }
    return this.#at
  }
}

function fits({ fromMinute, toMinute, days }: Switch, clock: Intl.DateTimeFormat, wallMs: number): boolean {
  const shown = Object.fromEntries(clock.formatToParts(wallMs).map(({ type, value }) => [type, value]))
  const day = DAYS.indexOf(String(shown['weekday']).toLowerCase()) + 1
  const minute = Number(shown['hour']) * 60 + Number(shown['minute'])
  if (fromMinute < toMinute) return minute >= fromMinute && minute < toMinute && days.includes(day)
  if (minute >= fromMinute) return days.includes(day)
  return minute < toMinute && days.includes(day === 1 ? 7 : day - 1)
}
