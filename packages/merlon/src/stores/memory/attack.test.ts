import { describe, expect, test } from 'vitest'
import { type Algorithm, type Limit, Subject } from '../../contract/counters.ts'
import { memoryCounters } from './index.ts'

const MINUTE = 60_000
const MB = 1024 * 1024
const ALGORITHMS: readonly Algorithm[] = ['gcra', 'sliding-window', 'fixed-window', 'strict']

function limit(id: string, quota: number, more: Partial<Limit> = {}): Limit {
  return { id, name: id, algorithm: 'gcra', quota, windowMs: MINUTE, burst: quota, overflowTimes: 16, ...more }
}

function penalty(after: number, more: Partial<Limit> = {}): Limit {
  const rule = { after, withinMs: MINUTE, banMs: [10 * MINUTE], forgetMs: 60 * MINUTE }
  return limit('penalty', after, { algorithm: 'penalty', penalty: rule, ...more })
}

function subject(at: number | string, network?: Subject): Subject {
  const key = String(at)
  return new Subject(`a${key.length}:${key}`, network)
}

/** A subject of this hash. */
function placed(high: number, low: number): Subject {
  return Object.assign(new Subject(`${high} ${low}`, undefined), { high, low })
}

function open(maxBytes?: number) {
  const clock = { nowMs: 0 }
  const counters = memoryCounters({ wall: () => clock.nowMs, ...(maxBytes && { maxBytes }) })
  counters.prepare([]).read([], 0)
  return { counters, clock }
}

describe.each(ALGORITHMS)('a flood against a limit counted by %s', (algorithm) => {
  test('makes nobody who owes forgotten, and takes no more than the bound', () => {
    const { counters, clock } = open(3 * MB)
    const set = counters.prepare([limit('login', 2, { algorithm })])
    const guilty = Array.from({ length: 200 }, (_, at) => subject(`guilty${at}`))
    for (const each of guilty) for (let tries = 0; tries < 2; tries++) set.charge([each], [1], 0)
    for (let at = 0; at < 100_000; at++) {
      set.charge([subject(`fresh${at}`)], [1], 1000 + at / 100)
      if (at % 1000 === 0) expect(counters.bytes).toBeLessThanOrEqual(3 * MB)
    }
    expect(counters.bytes).toBeGreaterThan(MB)
    for (const each of guilty) expect(set.charge([each], [1], 29_000)[0]?.admits).toBe(false)
    clock.nowMs = 2 * MINUTE
    for (const each of guilty) expect(set.read([each], clock.nowMs)[0]?.remaining).toBe(2)
  })

  test('is refused once its networks have had sixteen times the quota, and who comes from elsewhere is not', () => {
    const { counters } = open(2 * MB)
    const set = counters.prepare([limit('login', 2, { algorithm })])
    const networks = Array.from({ length: 50 }, (_, at) => new Subject(`n${at}`, undefined))
    const admitted = networks.map(() => 0)
    for (let at = 0; at < 90_000; at++) {
      const which = at % networks.length
      const isOwn = set.charge([subject(at, networks[which])], [2], at / 100)[0]?.admits === true
      if (at > 70_000 && isOwn) admitted[which] = (admitted[which] ?? 0) + 2
    }
    for (const sum of admitted) expect(sum).toBeLessThanOrEqual(32)
    const honest = subject('honest', subject('network'))
    expect(set.charge([honest], [1], 1000)[0]).toMatchObject({ admits: true, remaining: 2 })
    expect(counters.bytes).toBeLessThanOrEqual(2 * MB)
  })

  test('refused requests make no entries', () => {
    const { counters } = open()
    const set = counters.prepare([limit('address', 1), limit('account', 5, { algorithm })])
    for (let at = 0; at < 1000; at++) set.charge([subject('attacker'), subject(at)], [1, 1], 0)
    expect(counters.size).toBe(2)
  })

  test('what is charged in a cell is given back to it', () => {
    const { counters } = open(2 * MB)
    const set = counters.prepare([limit('login', 2, { algorithm })])
    const crowd = subject('crowd')
    for (let at = 0; at < 70_000; at++) set.charge([subject(at, crowd)], [2], 0)
    const network = subject('network')
    const held = Array.from({ length: 16 }, (_, at) => set.reserve([subject(`late${at}`, network)], [1], 0))
    const before = set.read([subject('other', network)], 0)[0]?.resetMs ?? 0
    for (const each of held) each.refund()
    expect(before).toBeGreaterThan(0)
    expect(set.read([subject('other', network)], 0)[0]?.resetMs).toBe(0)
  })
})

describe('hashes', () => {
  test('subjects that fall on one place are kept apart, whatever the sign of their hashes', () => {
    const { counters } = open()
    const set = counters.prepare([limit('a', 1), limit('b', 1, { algorithm: 'strict' })])
    const words = [0, 1, -1, 0x7fffffff, -0x80000000, 0x55555555, -0x55555556]
    const all = words.flatMap((high) => words.filter((low) => high !== 0 || low !== 0).map((low) => placed(high, low)))
    const crowd = Array.from({ length: 500 }, (_, at) => placed(at << 3, 7))
    for (const each of [...all, ...crowd]) expect(set.charge([each, each], [1, 1], 0)[0]?.admits).toBe(true)
    for (const each of [...all, ...crowd]) expect(set.charge([each, each], [1, 1], 0)[0]?.admits).toBe(false)
    expect(counters.size).toBe(2 * (all.length + crowd.length))
  })

  test('two subjects of one hash share a counter: nobody gains by it', () => {
    const { counters } = open()
    const set = counters.prepare([limit('a', 1)])
    expect(set.charge([placed(1, 2)], [1], 0)[0]?.admits).toBe(true)
    expect(set.charge([Object.assign(subject('other'), { high: 1, low: 2 })], [1], 0)[0]?.admits).toBe(false)
  })
})

describe('clocks', () => {
  test.each(ALGORITHMS)('one that goes back gives nothing: %s', (algorithm) => {
    const { counters } = open()
    const set = counters.prepare([limit('a', 2, { algorithm })])
    const who = subject('attacker')
    for (let tries = 0; tries < 2; tries++) expect(set.charge([who], [1], 10 * MINUTE)[0]?.admits).toBe(true)
    for (const nowMs of [9.99 * MINUTE, 5 * MINUTE, 0, 10 * MINUTE]) {
      expect(set.charge([who], [1], nowMs)[0]?.admits).toBe(false)
    }
  })

  test('a wall clock that was a year ahead keeps nobody for longer than the window after it was put right', () => {
    const clock = { wallMs: Date.UTC(2027, 5, 1) }
    const counters = memoryCounters({ wall: () => clock.wallMs })
    const set = counters.prepare([limit('a', 2, { algorithm: 'fixed-window', calendar: { unit: 'day', zone: 'UTC' } })])
    const who = subject('attacker')
    for (let tries = 0; tries < 2; tries++) set.charge([who], [1], 0)
    clock.wallMs = Date.UTC(2026, 5, 1, 22)
    expect(set.charge([who], [1], 5000)[0]?.admits).toBe(false)
    clock.wallMs += 30 * 3_600_000
    expect(set.charge([who], [1], 30 * 3_600_000)[0]?.admits).toBe(true)
  })

  test('a wall clock that a guard brings is followed', () => {
    const counters = memoryCounters()
    counters.attach({ instances: undefined, secret: undefined, tell: () => {}, wall: () => Date.UTC(2026, 0, 31, 23) })
    const month = { unit: 'month', zone: 'Europe/Berlin' } as const
    const set = counters.prepare([limit('a', 5, { algorithm: 'fixed-window', calendar: month })])
    expect(set.charge([subject('a')], [1], 0)[0]).toMatchObject({ remaining: 4, resetMs: 28 * 86_400_000 })
  })
})

describe('penalties under attack', () => {
  test('bytes and the list of bans are bounded, and a ban by hand holds where there is no room', () => {
    const { counters } = open(3 * MB)
    const [address, ban] = [limit('address', 1), penalty(2)]
    const set = counters.prepare([address, ban])
    const offend = (who: Subject) => {
      for (let tries = 0; tries < 3; tries++) set.charge([who, who], [1, 1], 0)
    }
    const guilty = subject('guilty')
    offend(guilty)
    for (let at = 0; at < 60_000; at++) offend(subject(at, subject(at >> 8)))
    expect(counters.bytes).toBeLessThanOrEqual(3 * MB)
    expect(counters.bans()).toHaveLength(10_000)
    expect(set.charge([guilty, guilty], [1, 1], MINUTE)[1]).toMatchObject({ admits: false, retryMs: 9 * MINUTE })
    const late = subject('late', subject('elsewhere'))
    expect(set.charge([late, late], [1, 1], MINUTE)[1]?.admits).toBe(true)
    counters.unban(ban, guilty)
    counters.ban(ban, late, MINUTE)
    expect(set.charge([late, late], [1, 1], MINUTE)[1]?.admits).toBe(false)
    expect(set.charge([late, late], [1, 1], 2 * MINUTE)[1]?.admits).toBe(true)
  })

  test('refusals of another limit alone count, not what the penalty itself refuses', () => {
    const { counters } = open()
    const set = counters.prepare([limit('address', 1), penalty(2)])
    const who = subject('attacker')
    const ask = (nowMs: number) => set.charge([who, who], [1, 1], nowMs)
    for (const nowMs of [0, 0, 0]) ask(nowMs)
    for (let at = 1; at < 10; at++) ask(at * MINUTE)
    expect(ask(10 * MINUTE - 1)[1]).toMatchObject({ admits: false, retryMs: 1 })
    expect(ask(10 * MINUTE).every(({ admits }) => admits)).toBe(true)
  })

  test('many refusals are counted in groups: never later than written, and at most a group earlier', () => {
    const { counters } = open()
    const set = counters.prepare([limit('address', 1), penalty(101)])
    const who = subject('attacker')
    let refused = 0
    set.charge([who, who], [1, 1], 0)
    while (set.charge([who, who], [1, 1], 1)[1]?.admits && refused < 200) refused++
    expect(refused + 1).toBeGreaterThanOrEqual(98)
    expect(refused + 1).toBeLessThanOrEqual(101)
  })

  test('only a penalty bans', () => {
    const { counters } = open()
    expect(() => counters.ban(limit('a', 1), subject('a'), 1)).toThrow(/only a penalty bans, and a is counted by gcra/)
  })
})

describe('what is given back under attack', () => {
  test('what was forgotten or reset meanwhile is not given back once more', () => {
    const { counters } = open()
    const set = counters.prepare([limit('a', 2)])
    const who = subject('attacker')
    const held = [set.reserve([who], [1], 0), set.reserve([who], [1], 0)]
    set.forget([who])
    for (let tries = 0; tries < 2; tries++) expect(set.charge([who], [1], 0)[0]?.admits).toBe(true)
    held[0]?.refund()
    expect(set.charge([who], [1], 0)[0]?.admits).toBe(false)
    counters.reset()
    for (let tries = 0; tries < 2; tries++) expect(set.charge([who], [1], 0)[0]?.admits).toBe(true)
    held[1]?.refund()
    expect(set.charge([who], [1], 0)[0]?.admits).toBe(false)
  })
})

describe('known subjects and places under attack', () => {
  test('whoever is remembered floods nobody out', () => {
    const { counters } = open(2 * MB)
    const set = counters.prepare([limit('account', 1)])
    const owner = () => new Subject('account', undefined, subject('device'))
    set.remember([owner()], MINUTE, 0)
    for (let at = 0; at < 100_000; at++) set.remember([new Subject('b', undefined, subject(at))], 2 * MINUTE, 0)
    expect(counters.bytes).toBeLessThanOrEqual(2 * MB)
    expect(set.charge([new Subject('account', undefined)], [1], MINUTE - 1)[0]?.admits).toBe(true)
    expect(set.charge([owner()], [1], MINUTE - 1)[0]?.admits).toBe(true)
    expect(set.charge([owner()], [1], MINUTE)[0]?.admits).toBe(false)
  })

  test('a place that nobody gives back is free again in time, and giving it back late takes nobody else’s', () => {
    const { counters } = open()
    const set = counters.prepareLeases([{ id: 'a', name: 'a', most: 1, leaseMs: 1000 }])
    const lost = set.acquire([subject('a')], 0)
    expect(set.acquire([subject('a')], 999).refusedBy?.id).toBe('a')
    expect(set.acquire([subject('a')], 1000).refusedBy).toBeUndefined()
    lost.release()
    expect(set.acquire([subject('a')], 1001).refusedBy?.id).toBe('a')
  })

  test('beyond 65,536 subjects that hold places, networks share them', () => {
    const { counters } = open()
    const set = counters.prepareLeases([{ id: 'a', name: 'a', most: 1, leaseMs: 1000 }])
    for (let at = 0; at < 65_536; at++) set.acquire([subject(at)], 0)
    const network = subject('network')
    const got = Array.from({ length: 40 }, (_, at) => set.acquire([subject(`late${at}`, network)], 0))
    expect(got.filter(({ refusedBy }) => refusedBy === undefined)).toHaveLength(16)
    got[0]?.release()
    expect(set.acquire([subject('again', network)], 0).refusedBy).toBeUndefined()
  })
})
