import { describe, expect, test } from 'vitest'
import type { Client } from '../../contract/facts.ts'
import { Bench, client, client6, readRoute, request } from './limits.fixture.ts'

const owner = client('198.51.100.7')
const bot = (at: number) => client(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`)

/** A login whose only right password is `right`. */
function open(more: object = {}) {
  const bench = new Bench()
  const options = readRoute({ general: '1000000/1m' }, { preset: 'login', ...more })
  const compiled = bench.compile(options, 'POST /auth/login')
  const login = (from: Client, email: string, password: string) =>
    bench.play(compiled, request(from, { email, password }, '/auth/login'), password === 'right' ? 200 : 401)
  return { bench, compiled, login }
}

const spellings = [
  'ada@example.com',
  'ADA@example.com',
  ' Ada@Example.COM',
  'aDa@example.com\t',
  '\u00a0ada@EXAMPLE.com',
]

describe('a login by the preset', () => {
  test('lets the owner sign in as often as they like', () => {
    const { login } = open()
    for (let at = 0; at < 100; at++) expect(login(owner, 'ada@example.com', 'right')).toBe('200')
  })

  test('one account attacked from 10,000 addresses, in whatever case, is stopped after five failures', () => {
    const { login } = open()
    const said = Array.from({ length: 10_000 }, (_, at) =>
      login(bot(at), spellings[at % spellings.length] ?? '', 'wrong'),
    )
    expect(said.filter((each) => each === '401')).toHaveLength(5)
    expect(new Set(said)).toEqual(new Set(['401', 'rate-limited']))
  })

  test('its owner still signs in from where they did before, and mistypes', () => {
    const { login } = open()
    expect(login(owner, 'ada@example.com', 'right')).toBe('200')
    for (let at = 0; at < 1000; at++) login(bot(at), 'ada@example.com', 'wrong')
    expect(login(bot(1001), 'ada@example.com', 'right')).toBe('rate-limited')
    for (const typed of ['wrong', 'wrong', 'wrong', 'wrong', 'right', 'right']) {
      expect(login(owner, 'Ada@example.com', typed)).toBe(typed === 'right' ? '200' : '401')
    }
  })

  test('a known place has a count of its own, no free guesses', () => {
    const { login } = open({ 'login-address': 'off', 'login-pair': 'off' })
    login(owner, 'ada@example.com', 'right')
    const said = Array.from({ length: 20 }, () => login(owner, 'ada@example.com', 'wrong'))
    expect(said.filter((each) => each === '401')).toHaveLength(5)
  })

  test('whoever is known for one account is unknown for all others', () => {
    const { login } = open({ 'login-address': 'off', 'login-pair': 'off' })
    expect(login(bot(1), 'mallory@example.com', 'right')).toBe('200')
    for (let at = 0; at < 100; at++) login(bot(2), 'ada@example.com', 'wrong')
    expect(login(bot(1), 'ada@example.com', 'wrong')).toBe('rate-limited')
  })

  test('what is forgotten after its time counts with the rest again', () => {
    const { bench, login } = open({ 'login-account': { known: '1h' } })
    login(owner, 'ada@example.com', 'right')
    bench.nowMs = 3_600_001
    for (let at = 0; at < 100; at++) login(bot(at), 'ada@example.com', 'wrong')
    expect(login(owner, 'ada@example.com', 'right')).toBe('rate-limited')
  })

  test('one address is stopped after five failures, whatever accounts it tries', () => {
    const { login } = open({ penalty: 'off' })
    const said = Array.from({ length: 100 }, (_, at) => login(bot(1), `user${at}@example.com`, 'wrong'))
    expect(said.filter((each) => each === '401')).toHaveLength(5)
  })

  test('a site with all of its networks is stopped after sixteen times as many', () => {
    const { login } = open({ penalty: 'off' })
    const said = Array.from({ length: 1000 }, (_, at) => login(client6(1, at), `user${at}@example.com`, 'wrong'))
    expect(said.filter((each) => each === '401')).toHaveLength(80)
  })

  test('five windows on, no more than five failures in any of them', () => {
    const { bench, login } = open({ penalty: 'off' })
    const failures: number[] = []
    for (bench.nowMs = 0; bench.nowMs < 75 * 60_000; bench.nowMs += 20_000) {
      if (login(bot(bench.nowMs), 'ada@example.com', 'wrong') === '401') failures.push(bench.nowMs)
    }
    for (const from of failures) {
      expect(failures.filter((at) => at >= from && at < from + 15 * 60_000).length).toBeLessThanOrEqual(5)
    }
    expect(failures.length).toBe(25)
  })
})

describe('bans', () => {
  test('whoever goes on is banned, for longer each time', () => {
    const { bench, login } = open()
    const hammer = () => {
      let said = ''
      for (let at = 0; at < 40; at++) said = login(bot(1), `user${at}@example.com`, 'wrong')
      return said
    }
    const bans: number[] = []
    for (let round = 0; round < 5; round++) {
      expect(hammer()).toBe('banned')
      const facts = request(bot(1), { email: 'x@example.com' })
      const refusal = bench.ask(bench.compile(readRoute({}, 'login'), 'POST /auth/login'), facts)
      bans.push(Number(refusal?.headers?.[1]))
      bench.nowMs += bans[round] ? (bans[round] as number) * 1000 : 0
    }
    expect(bans).toEqual([60, 600, 3600, 86_400, 86_400])
  })

  test('no account can be banned, and so nobody by attacking their account', () => {
    const { login } = open()
    for (let at = 0; at < 5000; at++) login(bot(at), 'ada@example.com', 'wrong')
    // The owner, from a place where nobody knows them, tries in vain, again and again, and is told to wait each time.
    for (let at = 0; at < 100; at++) expect(login(owner, 'ada@example.com', 'right')).toBe('rate-limited')
    expect(login(owner, 'eve@example.com', 'right')).toBe('200')
  })

  test('are answered as the policy says, and stand in no header of quotas', () => {
    const bench = new Bench()
    const penalty = { after: 1, within: '1m', ban: '1h', status: 403 }
    const compiled = bench.compile(readRoute({ general: '1/1h' }, { penalty }), 'GET /x')
    bench.play(compiled, request(owner), 200)
    bench.play(compiled, request(owner), 200)
    const facts = request(owner)
    expect(bench.ask(compiled, facts)).toMatchObject({ code: 'banned', status: 403, headers: ['Retry-After', '3600'] })
    expect(bench.leave(compiled, facts, 403)['RateLimit']).toMatch(/^"general";r=0;t=\d+$/)
  })

  test('and limits by address leave alone whom the policy exempts; limits by account do not', () => {
    const { login } = open()
    const office = { ...client('203.0.113.5'), exempt: true }
    for (let at = 0; at < 100; at++) expect(login(office, `user${at}@example.com`, 'wrong')).toBe('401')
    const said = Array.from({ length: 20 }, () => login(office, 'ada@example.com', 'wrong'))
    expect(said.filter((each) => each === '401')).toHaveLength(5)
  })
})
