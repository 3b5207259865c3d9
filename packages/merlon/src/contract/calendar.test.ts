import { describe, expect, test } from 'vitest'
import { CalendarWindows, PlainWindows } from './calendar.ts'
import type { CalendarUnit } from './counters.ts'

const HOUR = 3_600_000
const at = (text: string) => new Date(text).getTime()

/** The window of a moment, as text. */
function span(unit: CalendarUnit, zone: string, moment: string): string[] {
  const { startMs, endMs, nextEndMs } = new CalendarWindows({ unit, zone }).at(at(moment))
  return [startMs, endMs, nextEndMs].map((ms) => new Date(ms).toISOString())
}

describe('windows of the calendar', () => {
  test.each<[CalendarUnit, string, string, string[]]>([
    ['minute', 'UTC', '2026-03-01T12:34:56.789Z', ['2026-03-01T12:34:00.000Z', '2026-03-01T12:35:00.000Z']],
    ['hour', 'Asia/Kolkata', '2026-03-01T12:34:56.789Z', ['2026-03-01T12:30:00.000Z', '2026-03-01T13:30:00.000Z']],
    ['day', 'Asia/Tokyo', '2026-03-01T15:00:00.000Z', ['2026-03-01T15:00:00.000Z', '2026-03-02T15:00:00.000Z']],
    ['day', 'Asia/Tokyo', '2026-03-01T14:59:59.999Z', ['2026-02-28T15:00:00.000Z', '2026-03-01T15:00:00.000Z']],
    ['week', 'UTC', '2026-11-22T23:59:59.999Z', ['2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z']],
    ['week', 'UTC', '2026-11-23T00:00:00.000Z', ['2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z']],
    ['month', 'UTC', '2028-02-29T12:00:00.000Z', ['2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z']],
    ['month', 'America/New_York', '2026-03-05T00:00:00Z', ['2026-03-01T05:00:00.000Z', '2026-04-01T04:00:00.000Z']],
  ])('a %s in %s, at %s', (unit, zone, moment, expected) => {
    expect(span(unit, zone, moment).slice(0, 2)).toEqual(expected)
  })

  test('a day on which clocks are put on has 23 hours, and one on which they are put back 25', () => {
    const berlin = new CalendarWindows({ unit: 'day', zone: 'Europe/Berlin' })
    const hours = (moment: string) => {
      const { startMs, endMs } = berlin.at(at(moment))
      return (endMs - startMs) / HOUR
    }
    expect([hours('2026-03-28T12:00Z'), hours('2026-03-29T12:00Z'), hours('2026-10-25T12:00Z')]).toEqual([24, 23, 25])
    expect(span('day', 'Europe/Berlin', '2026-03-29T01:30Z')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
    ])
  })

  test('an hour that comes twice is two windows of an hour', () => {
    expect(span('hour', 'Europe/Berlin', '2026-10-25T00:30Z').slice(0, 2)).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
    ])
    expect(span('hour', 'Europe/Berlin', '2026-10-25T01:30Z').slice(0, 2)).toEqual([
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ])
  })

  test('where clocks change by half an hour, the hour that is cut ends there', () => {
    // Lord Howe: at 02:00 on 5 April 2026 clocks went back to 01:30.
    expect(span('hour', 'Australia/Lord_Howe', '2026-04-04T14:45Z').slice(0, 2)).toEqual([
      '2026-04-04T14:00:00.000Z',
      '2026-04-04T15:00:00.000Z',
    ])
    expect(span('hour', 'Australia/Lord_Howe', '2026-04-04T15:10Z').slice(0, 2)).toEqual([
      '2026-04-04T15:00:00.000Z',
      '2026-04-04T15:30:00.000Z',
    ])
  })

  test('a day that has no midnight begins when its date does', () => {
    // Beirut, 29 March 2026: clocks went from 00:00 to 01:00.
    expect(span('day', 'Asia/Beirut', '2026-03-29T12:00Z').slice(0, 2)).toEqual([
      '2026-03-28T22:00:00.000Z',
      '2026-03-29T21:00:00.000Z',
    ])
  })

  test.each<[CalendarUnit, string]>([
    ['minute', 'Australia/Lord_Howe'],
    ['hour', 'America/St_Johns'],
    ['day', 'America/Havana'],
    ['week', 'Africa/Cairo'],
    ['month', 'Pacific/Chatham'],
  ])('follow each other without a gap, and each moment of one gives the same: %s in %s', (unit, zone) => {
    const fresh = (ms: number) => new CalendarWindows({ unit, zone }).at(ms)
    let moment = at('2026-03-07T11:22:33.444Z')
    for (let turn = 0; turn < 12; turn++) {
      const { startMs, endMs, nextEndMs } = fresh(moment)
      expect([fresh(startMs), fresh(endMs - 1)]).toEqual([fresh(moment), fresh(moment)])
      expect(fresh(endMs)).toMatchObject({ startMs: endMs, endMs: nextEndMs })
      moment = endMs + Math.floor((nextEndMs - endMs) / 3)
    }
  })

  test('a clock that is put back finds the window of then again', () => {
    const days = new CalendarWindows({ unit: 'day', zone: 'UTC' })
    const [first, second] = [days.at(at('2026-03-01T12:00Z')), days.at(at('2026-03-02T12:00Z'))]
    expect(second.startMs).toBe(first.endMs)
    expect(days.at(at('2026-03-01T13:00Z'))).toEqual(first)
  })

  test('there is no such zone', () => {
    expect(() => new CalendarWindows({ unit: 'day', zone: 'Europe/Atlantis' })).toThrow(RangeError)
  })

  test('windows without a calendar are counted from 1970', () => {
    expect(new PlainWindows(1000).at(1_790_000_000_123.5)).toEqual({
      startMs: 1_790_000_000_000,
      endMs: 1_790_000_001_000,
      nextEndMs: 1_790_000_002_000,
    })
  })
})
