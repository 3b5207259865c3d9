import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Budget } from './budget.ts'
import { Scratch } from './page.ts'
import { Table } from './table.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
const MB = 1024 * 1024

function open(maxBytes: number) {
  const budget = new Budget(maxBytes)
  budget.admit()
  const scratch = new Scratch()
  const looks = { count: 0 }
  const table = new Table(budget, () => {
    looks.count++
    return scratch
  })
  return { budget, looks, table }
}

/** Numbers that look like hashes, the same for the same `at`. */
function hashed(at: number): [high: number, low: number] {
  const mix = (value: number) => {
    let x = Math.imul(value ^ (value >>> 16), 0x45d9f3b)
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
    return x ^ (x >>> 16)
  }
  return [mix(at * 2 + 1), mix(at * 2 + 2) | 1]
}

function put(table: Table, at: number, time: number, now: number): boolean {
  const [high, low] = hashed(at)
  if (table.locate(high, low, now) < 0) return false
  table.write(high, low, time)
  return true
}

describe('the table', () => {
  test('keeps what owes as a map would, through every growth and every clearing out', () => {
    console.info(`seed ${seed}`)
    const { table } = open(64 * MB)
    const model = new Map<number, number>()
    let now = 0
    let state = seed
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return Math.floor(((state >>> 0) / 2 ** 32) * below)
    }
    for (let turn = 0; turn < 400_000; turn++) {
      if (turn % 100 === 0) now += random(40)
      const at = random(60_000)
      const known = model.get(at) ?? 0
      const [high, low] = hashed(at)
      const time = table.locate(high, low, now)
      if (known > now ? time !== known : time > now) expect.unreachable(`subject ${at} has ${time}, not ${known}`)
      const next = Math.max(time, now) + 1 + random(60_000)
      table.write(high, low, next)
      model.set(at, next)
    }
    expect(table.size).toBeGreaterThan(10_000)
  })

  test('small tables do the same in every order of a few subjects', () => {
    const turns = fc.array(fc.record({ at: fc.nat(200), owes: fc.nat(30), pause: fc.nat(5) }), { maxLength: 300 })
    fc.assert(
      fc.property(turns, (list) => {
        const { table } = open(2 * MB)
        const model = new Map<number, number>()
        let now = 0
        for (const { at, owes, pause } of list) {
          now += pause
          const [high, low] = hashed(at)
          const time = table.locate(high, low, now)
          const known = model.get(at) ?? 0
          if (known > now ? time !== known : time > now) return false
          table.write(high, low, now + owes)
          model.set(at, now + owes)
        }
        return true
      }),
      { numRuns: 1_000, seed, verbose: false },
    )
  })

  test('takes at most 32 bytes a subject once it has outgrown its first page', () => {
    const { table } = open(256 * MB)
    let worst = 0
    for (let at = 0; at < 300_000; at++) {
      put(table, at, 1e9, 0)
      if (at > 10_000) worst = Math.max(worst, table.bytes / (at + 1))
    }
    expect(table.size).toBe(300_000)
    expect(worst).toBeLessThan(32)
  })

  test('at its bound it gives away places of those that owe nothing, and of nobody else', () => {
    const { table, budget } = open(2 * MB)
    const placed: number[] = []
    for (let at = 0; at < 70_000; at++) if (put(table, at, 500, 0)) placed.push(at)
    expect(budget.used).toBeLessThanOrEqual(2 * MB)
    expect(placed.length).toBeGreaterThan(45_000)
    let late = 0
    for (let at = 0; at < 10_000; at++) if (put(table, 1_000_000 + at, 2000, 499)) late++
    expect(late).toBe(0)
    for (const at of placed) expect(table.locate(...hashed(at), 499)).toBe(500)
    for (let at = 0; at < 10_000; at++) if (put(table, 1_000_000 + at, 2000, 500)) late++
    expect(late).toBe(10_000)
    expect(budget.used).toBeLessThanOrEqual(2 * MB)
  })

  test('newcomers at the bound do not each cost a look through the table', () => {
    const { table, looks } = open(2 * MB)
    for (let at = 0; at < 70_000; at++) put(table, at, 1000 + at, 0)
    looks.count = 0
    for (let at = 0; at < 50_000; at++) put(table, 1_000_000 + at, 2000 + at, at / 50)
    expect(looks.count).toBeLessThan(500)
  })

  test('a table that was cleared gives its bytes back', () => {
    const { table, budget } = open(8 * MB)
    const before = budget.used
    for (let at = 0; at < 20_000; at++) put(table, at, 1e9, 0)
    table.clear()
    expect([budget.used, table.bytes, table.size]).toEqual([before, 0, 0])
    expect(table.locate(...hashed(7), 0)).toBe(0)
  })
})
