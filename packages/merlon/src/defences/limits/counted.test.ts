import { describe, expect, test } from 'vitest'
import { Subject } from '../../contract/counters.ts'
import type { Facts, Principal } from '../../contract/facts.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import type { As, By } from './by.ts'
import { Counted } from './counted.ts'
import { client, client6, request } from './limits.fixture.ts'
import type { SubjectOf } from './request.ts'

const ann = client('192.0.2.10')
const field = (name: string, as: As = 'email'): By => ({ kind: 'body', field: name, as })
const address: By = { kind: 'address' }

function counted(by: By[], code?: SubjectOf): Counted {
  return new Counted(by, { knows: false, devices: undefined, code: () => code })
}

function keyOf(by: By[], body: unknown) {
  return textOf(by, request(ann, body))
}

function textOf(by: By[], facts: Facts): string {
  const subject = counted(by).subject(facts)
  if (subject instanceof Subject) return subject.key
  return 'problem' in subject ? subject.problem : 'later'
}

describe('a field of the body as a subject', () => {
  test.each([
    [{ email: 'ann@example.com' }, 'b15:ann@example.com'],
    [{ email: '  Ann@Example.COM\n' }, 'b15:ann@example.com'],
    [{}, 'is missing'],
    [undefined, 'is missing'],
    [null, 'is missing'],
    ['ann@example.com', 'is missing'],
    [['ann@example.com'], 'is missing'],
    [{ email: null }, 'has to be a text'],
    [{ email: 7 }, 'has to be a text'],
    [{ email: ['ann@example.com'] }, 'has to be a text'],
    [{ email: ['ann@example.com', 'bob@example.com'] }, 'has to be a text'],
    [{ email: { toString: 'ann@example.com' } }, 'has to be a text'],
    [{ email: '' }, 'is empty'],
    [{ email: ' \t ' }, 'is empty'],
    [{ email: 'x'.repeat(257) }, 'is longer than 256 characters'],
    [{ email: ' '.repeat(300) }, 'is longer than 256 characters'],
    [JSON.parse('{"__proto__": {"email": "ann@example.com"}}'), 'is missing'],
    [Object.create({ email: 'ann@example.com' }), 'is missing'],
  ])('%j is %s', (body, expected) => {
    expect(keyOf([field('email')], body)).toBe(expected)
  })

  test('fields within fields are found, and only own ones of objects', () => {
    expect(keyOf([field('user.email')], { user: { email: 'a@b' } })).toBe('b3:a@b')
    expect(keyOf([field('user.0')], { user: ['a@b'] })).toBe('is missing')
    expect(keyOf([field('user.length')], { user: 'a@b' })).toBe('is missing')
    expect(keyOf([field('constructor.name')], {})).toBe('is missing')
  })

  test('parts cannot be moved from one to the other', () => {
    const two = [field('a', 'exact'), field('b', 'exact')]
    const keys = [
      { a: 'a', b: 'bc' },
      { a: 'ab', b: 'c' },
      { a: 'a1:b', b: 'c' },
      { a: 'a', b: 'b1:c' },
      { a: 'ab1:', b: 'c' },
    ].map((body) => keyOf(two, body))
    expect(new Set(keys).size).toBe(keys.length)
    expect(keyOf([address, field('a', 'exact')], { a: 'x' })).toBe('a10:192.0.2.10b1:x')
  })

  test('a pair has the network of its address, and a wider pair within it', () => {
    const who = client6(1, 2)
    const pair = counted([address, field('email')])
    const facts = request(who, { email: 'a@b' })
    const subject = pair.subject(facts)
    if (!(subject instanceof Subject)) expect.unreachable()
    expect(subject.network?.key).toBe('n15:2001:db8:1::/48')
    expect(pair.wider(subject, facts).key).toBe('n15:2001:db8:1::/48b3:a@b')
  })
})

describe('other fields as subjects', () => {
  const ask = (by: By, more: FakeRequest = {}, lay: (facts: FakeFacts) => void = () => {}) => {
    const facts = new FakeFacts(more)
    facts.client = ann
    lay(facts)
    return textOf([by], facts)
  }
  const header: By = { kind: 'header', field: 'x-tenant', as: 'email' }
  const cookie: By = { kind: 'cookie', field: 'session', as: 'exact' }
  const query: By = { kind: 'query', field: 'q', as: 'trim' }
  const param: By = { kind: 'param', field: 'id', as: 'lower' }

  test('a header, once: of two nobody knows which one the handler takes', () => {
    expect(ask(header, { headers: [['X-Tenant', ' ACME ']] })).toBe('h4:acme')
    expect(ask(header)).toBe('is missing')
    expect(ask(header, { headers: [['X-Tenant', '']] })).toBe('is empty')
    expect(
      ask(header, {
        headers: [
          ['X-Tenant', 'a'],
          ['X-Tenant', 'b'],
        ],
      }),
    ).toBe('has to be a text')
  })

  test('a cookie, once', () => {
    expect(ask(cookie, { headers: [['Cookie', 'a=1; session=Ab; b=2']] })).toBe('c2:Ab')
    expect(ask(cookie, { headers: [['Cookie', 'session=a; session=b']] })).toBe('has to be a text')
    expect(ask(cookie)).toBe('is missing')
  })

  test('a field of the query, once, and decoded', () => {
    expect(ask(query, { target: '/?q=%20a+b%20' })).toBe('q3:a b')
    expect(ask(query, { target: '/?q=a&q=b' })).toBe('has to be a text')
    expect(ask(query, { target: '/?q=%zz' })).toBe('is missing')
    expect(ask(query, { target: '/?q[]=a' })).toBe('is missing')
  })

  test('a parameter of the path', () => {
    const lay = (facts: FakeFacts) => {
      facts.route = { pattern: 'GET /users/:id', names: ['id'] }
      facts.params = ['Ann']
    }
    expect(ask(param, {}, lay)).toBe('m3:ann')
    expect(ask(param)).toBe('is missing')
  })

  test('the route, by its pattern: no spelling of a path is another one', () => {
    const lay = (facts: FakeFacts) => {
      facts.route = { pattern: 'GET /users/:id', names: ['id'] }
    }
    expect(ask({ kind: 'route' }, { target: '/users/7' }, lay)).toBe('r14:GET /users/:id')
  })
})

describe('who has been recognised as a subject', () => {
  const user: Principal = { id: 'user:7', tier: 'pro', scopes: ['write', 'read'] }
  const as = (by: By[], principal: Principal | undefined, who = ann) => {
    const facts = request(who)
    facts.principal = principal
    return textOf(by, facts)
  }

  test('the principal, its tier, its scopes in no order', () => {
    expect(as([{ kind: 'principal' }], user)).toBe('p6:user:7')
    expect(as([{ kind: 'tier' }], user)).toBe('t3:pro')
    expect(as([{ kind: 'scope' }], user)).toBe('s10:read write')
    expect(as([address, { kind: 'principal' }], user)).toBe('a10:192.0.2.10p6:user:7')
  })

  test('nobody counts by the address, and no principal can be called like one', () => {
    expect(as([{ kind: 'principal' }], undefined)).toBe('a10:192.0.2.10')
    expect(as([{ kind: 'tier' }], undefined)).toBe('a10:192.0.2.10')
    expect(as([{ kind: 'principal' }], { ...user, id: '192.0.2.10' })).toBe('p10:192.0.2.10')
  })

  test('an address that stands in for a principal has its companion, a principal has none', () => {
    const by = counted([{ kind: 'principal' }])
    const facts = request(client6(1, 2))
    expect([by.usesAddress(facts), by.needsCompanion(facts)]).toEqual([true, true])
    facts.principal = user
    expect([by.usesAddress(facts), by.needsCompanion(facts)]).toEqual([false, false])
  })
})

describe('a network as a subject', () => {
  const prefix = (ipv4: number, ipv6: number): By => ({ kind: 'prefix', ipv4, ipv6 })

  test.each([
    [prefix(24, 48), ann, 'x12:192.0.2.0/24'],
    [prefix(20, 48), client('10.1.255.9'), 'x13:10.1.240.0/20'],
    [prefix(24, 48), client6(7, 9), 'x23:2001:db8:7:0:0:0:0:0/48'],
    [prefix(24, 56), { ...client6(7, 9), address: '2001:db8:7:1ff::1' }, 'x25:2001:db8:7:100:0:0:0:0/56'],
    [prefix(24, 32), { ...client6(7, 9), address: '::1' }, 'x18:0:0:0:0:0:0:0:0/32'],
  ])('%j of %j', (by, who, key) => {
    expect(textOf([by], request(who))).toBe(key)
  })
})

describe('code that says whom a request counts for', () => {
  const by: By[] = [{ kind: 'code', use: 'tenantOf' }]
  const subjectOf = (code: SubjectOf) => counted(by, code).subject(request(ann, { tenant: 'acme' }))

  test('sees the request, and what it says is taken as it is', () => {
    expect(subjectOf(({ body }) => ` ${(body as { tenant: string }).tenant}`)).toMatchObject({ key: 'u5: acme' })
    expect(subjectOf(({ client: { address: from } }) => from)).toMatchObject({ key: 'u10:192.0.2.10' })
  })

  test('may take its time', async () => {
    expect(await subjectOf(async () => 'acme')).toMatchObject({ key: 'u4:acme' })
    const pair = counted([{ kind: 'code', use: 'tenantOf' }, field('tenant')], async () => 'a')
    expect(await pair.subject(request(ann, { tenant: 'b' }))).toMatchObject({ key: 'u1:ab1:b' })
  })

  test.each([undefined, '', null, 7, 'x'.repeat(257)])('what says %j is nobody', (said) => {
    expect(subjectOf((() => said) as never)).toHaveProperty('problem')
  })
})
