import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Facts } from '../../contract/facts.ts'
import type { Secret } from '../../contract/secret.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { DEVICE_COOKIE } from './device.ts'
import { Bench, client, readRoute } from './limits.fixture.ts'

const sign = (text: string) => new Uint8Array(createHmac('sha256', 'of a test').update(text).digest())
const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b))

const secret: Secret = {
  version: 1,
  versions: [1],
  key: new Uint8Array(32),
  keyOf: () => undefined,
  sign,
  verify: (text, signature) => (same(sign(text), signature) ? 1 : undefined),
}

/** The same, as Web Crypto would have it. */
const later: Secret = {
  ...secret,
  sign: async (text) => sign(text),
  verify: async (text, signature) => (same(sign(text), signature) ? 1 : undefined),
}

const bot = (at: number) => client(`10.0.${at >> 8}.${at & 255}`)
const RIGHT = 'right'

class Login {
  readonly bench: Bench
  readonly #compiled

  constructor(device: Secret | undefined = secret) {
    this.bench = new Bench(device ? { device } : {})
    const options = readRoute({ general: '1000000/1m' }, { preset: 'login', penalty: 'off' })
    this.#compiled = this.bench.compile(options, 'POST /auth/login')
  }

  /** The status, and the cookie that was set. */
  async attempt(
    email: string,
    password: string,
    cookie = '',
    from = bot(Math.floor(Math.random() * 60_000)),
    secure = true,
  ) {
    const facts = new FakeFacts({ method: 'POST', headers: cookie === '' ? [] : [['Cookie', cookie]] })
    facts.client = from
    facts.secure = secure
    facts.body = { bytes: new Uint8Array(0), type: 'application/json', value: { email, password } }
    const refused = await this.#run(facts)
    const headers = this.bench.leave(this.#compiled, facts, refused ?? (password === RIGHT ? 200 : 401))
    return { status: refused ?? (password === RIGHT ? 200 : 401), set: headers['Set-Cookie'] }
  }

  async #run(facts: Facts): Promise<number | undefined> {
    for (const step of Object.values(this.#compiled.steps ?? {})) {
      const verdict = await step?.(facts)
      if (verdict?.kind === 'refuse') {
        facts.refusal = verdict
        return 429
      }
    }
    return undefined
  }

  /** An attack that has used up what the account admits to the unknown. */
  async attack(email: string): Promise<void> {
    for (let at = 0; at < 20; at++) await this.attempt(email, 'wrong', '', bot(at))
  }
}

const pairOf = (set: string | undefined): string => (set ?? '').split(';')[0] ?? ''

describe.each([
  ['at once', secret],
  ['later', later],
])('a device whose cookie is signed %s', (_, device) => {
  test('is known after a success, over HTTPS, in a cookie for this host alone', async () => {
    const login = new Login(device)
    const { set } = await login.attempt('ada@example.com', RIGHT)
    expect(set).toMatch(
      /^__Host-merlon-device=[\w-]{22}\.[0-9a-z]+\.[\w-]{43}; Path=\/; Max-Age=7776000; Secure; HttpOnly; SameSite=Strict$/,
    )
    expect(set).not.toContain('ada')
    expect((await login.attempt('ada@example.com', 'wrong')).set).toBeUndefined()
    expect((await login.attempt('ada@example.com', RIGHT, '', bot(1), false)).set).toBeUndefined()
  })

  test('signs in while the account is attacked, from wherever it is, and mistypes', async () => {
    const login = new Login(device)
    const cookie = pairOf((await login.attempt('ada@example.com', RIGHT)).set)
    await login.attack('ada@example.com')
    expect((await login.attempt('ada@example.com', RIGHT)).status).toBe(429)
    for (const password of ['wrong', 'wrong', 'wrong', 'wrong', RIGHT]) {
      expect((await login.attempt(' ADA@example.com', password, cookie)).status).toBe(password === RIGHT ? 200 : 401)
    }
  })

  test('has a count of its own, and no free guesses', async () => {
    const login = new Login(device)
    const cookie = pairOf((await login.attempt('ada@example.com', RIGHT)).set)
    const said = []
    for (let at = 0; at < 20; at++) said.push((await login.attempt('ada@example.com', 'wrong', cookie)).status)
    expect(said.filter((each) => each === 401)).toHaveLength(5)
  })

  test('of one account is worth nothing on another', async () => {
    const login = new Login(device)
    const cookie = pairOf((await login.attempt('mallory@example.com', RIGHT)).set)
    await login.attack('ada@example.com')
    expect((await login.attempt('ada@example.com', 'wrong', cookie)).status).toBe(429)
  })

  test('is told apart from all that sign in at the same time', async () => {
    const login = new Login(device)
    const cookies = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => login.attempt(`${name}@example.com`, RIGHT).then(({ set }) => pairOf(set))),
    )
    await login.attack('c@example.com')
    const said = await Promise.all(cookies.map((cookie) => login.attempt('c@example.com', RIGHT, cookie)))
    expect(said.map(({ status }) => status)).toEqual([429, 429, 200, 429])
  })

  test('is known for the accounts of a family', async () => {
    const login = new Login(device)
    const first = pairOf((await login.attempt('ada@example.com', RIGHT)).set)
    const both = pairOf((await login.attempt('bob@example.com', RIGHT, first)).set)
    expect(both.split('~')).toHaveLength(2)
    expect((await login.attempt('ada@example.com', RIGHT, both)).set).toBeUndefined()
    for (const account of ['ada@example.com', 'bob@example.com']) await login.attack(account)
    for (const account of ['ada@example.com', 'bob@example.com']) {
      expect((await login.attempt(account, RIGHT, both)).status).toBe(200)
    }
  })
})

describe('a cookie that this host has not set', () => {
  const forged = async (change: (value: string) => string) => {
    const login = new Login()
    const value = pairOf((await login.attempt('ada@example.com', RIGHT)).set).slice(DEVICE_COOKIE.length + 1)
    await login.attack('ada@example.com')
    return (await login.attempt('ada@example.com', RIGHT, `${DEVICE_COOKIE}=${change(value)}`)).status
  }

  test('is none, however it was changed', async () => {
    expect(await forged((value) => value)).toBe(200)
    expect(await forged((value) => value.replace(/^./, (char) => (char === 'A' ? 'B' : 'A')))).toBe(429)
    expect(await forged((value) => `${value.slice(0, -2)}AA`)).toBe(429)
    expect(await forged((value) => value.replace(/\.[0-9a-z]+\./, '.zzzzzz.'))).toBe(429)
    expect(await forged(() => '')).toBe(429)
    expect(await forged((value) => `${value}.x`)).toBe(429)
    expect(await forged((value) => `x~x~x~x~${value}`)).toBe(429)
    expect(await forged((value) => `${value}; ${DEVICE_COOKIE}=x`)).toBe(429)
  })

  test('nor one whose time has passed', async () => {
    const login = new Login()
    const cookie = pairOf((await login.attempt('ada@example.com', RIGHT)).set)
    login.bench.nowMs = 90 * 86_400_000
    await login.attack('ada@example.com')
    expect((await login.attempt('ada@example.com', RIGHT, cookie)).status).toBe(429)
  })
})

test('without a secret there is no cookie', async () => {
  const login = new Login(null as never)
  expect((await login.attempt('ada@example.com', RIGHT)).set).toBeUndefined()
})
