import { describe, expect, test } from 'vitest'
import { unknownClient } from '../../contract/facts.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { canonical, fakeBuild, listsOf, stepOf, xff } from './build.fixture.ts'
import { client } from './index.ts'
import { foldClient } from './options.ts'

describe('a deny list', () => {
  const step = stepOf({ deny: ['203.0.113.0/24', '2001:db8:bad::/48', '198.51.100.9'] })

  test('refuses whom it names, by range and by address', () => {
    expect(step({ peer: '203.0.113.200' }).code).toBe('client-denied')
    expect(step({ peer: '2001:db8:bad::1' }).code).toBe('client-denied')
    expect(step({ peer: '198.51.100.9' }).code).toBe('client-denied')
    expect(step({ peer: '203.0.114.1' }).code).toBe(undefined)
    expect(step({ peer: '198.51.100.10' }).code).toBe(undefined)
  })

  test('is not passed by spelling the address as mapped IPv4', () => {
    expect(step({ peer: '::ffff:203.0.113.200' }).code).toBe('client-denied')
    expect(step({ peer: '::ffff:cb00:71c8' }).code).toBe('client-denied')
  })

  test('is about the client and not its proxy', () => {
    expect(step({ peer: '127.0.0.1', headers: xff('203.0.113.5') }).code).toBe('client-denied')
    const proxied = stepOf({ proxies: ['10.0.0.1'], deny: ['10.0.0.1'] })
    expect(proxied({ peer: '10.0.0.1', headers: xff('198.51.100.1') }).code).toBe(undefined)
  })

  test('that names a proxy refuses those whom the proxy hides', () => {
    const step = stepOf({ proxies: ['10.0.0.1'], deny: ['10.0.0.1'] })
    expect(step({ peer: '10.0.0.1', headers: xff('unknown') }).code).toBe('client-denied')
  })

  test('says why to the log alone', () => {
    const seen = step({ peer: '203.0.113.200' })
    expect(seen.verdict).not.toHaveProperty('detail')
    expect(seen.reason).toBe('the address is on the deny list of client')
  })
})

describe('an allow list', () => {
  const step = stepOf({ allow: ['203.0.113.0/24', 'private'], deny: ['203.0.113.66'] })

  test('admits nobody else', () => {
    expect(step({ peer: '203.0.113.1' }).code).toBe(undefined)
    expect(step({ peer: '10.1.2.3' }).code).toBe(undefined)
    expect(step({ peer: 'fd00::1' }).code).toBe(undefined)
    expect(step({ peer: '198.51.100.1' }).code).toBe('client-denied')
    expect(step({ peer: '2001:db8::1' }).code).toBe('client-denied')
  })

  test('gives way to a deny list', () => {
    expect(step({ peer: '203.0.113.66' }).code).toBe('client-denied')
  })

  test('does not admit a client whose address is unknown', () => {
    expect(step({ peer: null }).code).toBe('client-denied')
    expect(step({ peer: 'nonsense' }).code).toBe('client-denied')
    expect(stepOf({ allow: ['0.0.0.0/0', '::/0'] })({ peer: null }).code).toBe('client-denied')
  })

  test('does not admit by its proxy a client whom the proxy hides', () => {
    const step = stepOf({ proxies: ['10.0.0.1'], allow: ['10.0.0.0/8'] })
    expect(step({ peer: '10.0.0.1' }).code, 'the proxy itself').toBe(undefined)
    expect(step({ peer: '10.0.0.1', headers: xff('_hidden') }).code).toBe('client-denied')
  })

  test('that is empty admits everyone', () => {
    expect(stepOf({ allow: [] })({ peer: null }).code).toBe(undefined)
    expect(stepOf({ allow: [] })({ peer: '203.0.113.1' }).code).toBe(undefined)
  })

  test('of IPv6 says nothing of IPv4', () => {
    const step = stepOf({ allow: ['::/0'] })
    expect(step({ peer: '203.0.113.1' }).code).toBe('client-denied')
    expect(step({ peer: '::ffff:203.0.113.1' }).code).toBe('client-denied')
    expect(step({ peer: '2001:db8::1' }).code).toBe(undefined)
  })
})

describe("a route's lists", () => {
  test("act after the policy's, which they cannot loosen", () => {
    const step = listsOf({ deny: ['203.0.113.66'] }, canonical({ allow: ['203.0.113.0/24'] }))
    expect(step({ peer: '203.0.113.1' }).code).toBe(undefined)
    expect(step({ peer: '203.0.113.66' }).reason).toBe('the address is on the deny list of client')
    expect(step({ peer: '198.51.100.1' }).reason).toBe('the address is not on the allow list of client of GET /admin')
  })

  test('judge the client behind a proxy, hidden ones included', () => {
    const step = listsOf({ proxies: ['10.0.0.1'] }, canonical({ allow: ['10.0.0.0/8', '198.51.100.1'] }))
    expect(step({ peer: '10.0.0.1', headers: xff('198.51.100.1') }).code).toBe(undefined)
    expect(step({ peer: '10.0.0.1', headers: xff('198.51.100.2') }).code).toBe('client-denied')
    expect(step({ peer: '10.0.0.1', headers: xff('unknown') }).code).toBe('client-denied')
  })

  test('also judge a client that something else laid down', () => {
    const { steps } = client.compile(canonical({ allow: ['192.0.2.1'] }), fakeBuild({ route: 'GET /' }))
    const facts = new FakeFacts()
    expect(steps?.['client.lists']?.(facts)).toMatchObject({ code: 'client-denied' })
    facts.client = { ...unknownClient, address: '192.0.2.1' }
    expect(steps?.['client.lists']?.(facts)).toBe(undefined)
  })
})

describe('a path that matches only folded', () => {
  const policy = canonical({ deny: ['203.0.113.66'], allow: ['203.0.113.0/24'] })
  const route = canonical({ deny: ['203.0.113.7'], allow: ['203.0.113.0/28', 'loopback'] })
  const folded = foldClient(policy, route)

  test('is held to both lists', () => {
    const step = listsOf({}, folded)
    expect(step({ peer: '203.0.113.1' }).code).toBe(undefined)
    expect(step({ peer: '203.0.113.66' }).code, 'denied by the policy').toBe('client-denied')
    expect(step({ peer: '203.0.113.7' }).code, 'denied by the route').toBe('client-denied')
    expect(step({ peer: '203.0.113.20' }).code, 'allowed by the policy alone').toBe('client-denied')
    expect(step({ peer: '127.0.0.1' }).code, 'allowed by the route alone').toBe('client-denied')
  })

  test('has plain options, which fold again without growing', () => {
    expect(JSON.parse(JSON.stringify(folded))).toEqual(folded)
    expect(folded.allow).toEqual([['203.0.113.0/24'], ['203.0.113.0/28', '127.0.0.0/8', '::1/128']])
    expect(foldClient(folded, folded)).toEqual(folded)
    expect(foldClient(policy, policy)).toEqual(policy)
  })
})
