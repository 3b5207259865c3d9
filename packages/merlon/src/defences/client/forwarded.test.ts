import { describe, expect, test } from 'vitest'
import { forwarded, stepOf, xff } from './build.fixture.ts'

const PROXY = '10.0.0.1'
const behind = stepOf({ proxies: ['10.0.0.0/24', '2001:db8:ffff::/48'] })
const behindForwarded = stepOf({ proxies: ['10.0.0.0/24'], header: 'forwarded' })
const told = (...values: string[]) => behindForwarded({ peer: PROXY, headers: forwarded(...values) })

describe('Forwarded', () => {
  test.each([
    ['for=198.51.100.1', '198.51.100.1'],
    ['For="198.51.100.1"', '198.51.100.1'],
    ['for="198.51.100.1:4711"', '198.51.100.1'],
    ['for=198.51.100.1:4711', '198.51.100.1'],
    ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for="[2001:db8:cafe::17]"', '2001:db8:cafe::17'],
    ['for="\\1\\9\\8.51.100.1"', '198.51.100.1'],
    ['proto=http;by=203.0.113.43;for=198.51.100.1', '198.51.100.1'],
    ['for=198.51.100.1 ; proto=http;', '198.51.100.1'],
    ['by="a,b;for=192.0.2.66";for=198.51.100.1', '198.51.100.1'],
    ['by="\\",for=192.0.2.66";for=198.51.100.1', '198.51.100.1'],
    ['for=192.0.2.66, for=198.51.100.1', '198.51.100.1'],
    ['for=192.0.2.66, for=198.51.100.1, for=10.0.0.9', '198.51.100.1'],
  ])('%s names %s', (value, address) => {
    expect(told(value).address).toBe(address)
  })

  test.each(['for="', 'for="a\\', 'x="\\"', '"', '\\"', 'for="192.0.2.66', 'a"b"c"'])(
    'is read from the right, so a quote that a client leaves open swallows nothing: %j',
    (invented) => {
      expect(told(`${invented}, for=198.51.100.1`).address).toBe('198.51.100.1')
      expect(told(invented, 'for="198.51.100.1"').address).toBe('198.51.100.1')
      expect(told(invented, 'by="x,\\"y";for=198.51.100.1', 'for=10.0.0.9').address).toBe('198.51.100.1')
    },
  )

  test.each([
    '198.51.100.1',
    'for=',
    'for=""',
    'for',
    'for =198.51.100.1',
    'for= 198.51.100.1',
    'for=198.51.100.1 proto=http',
    'for="198.51.100.1',
    'for=198.51.100.1"',
    'for="198.51.100.1"x',
    'for=198.51.100.1;for=192.0.2.66',
    'for=198.51.100.1;proto=https;proto=http',
    'for=198.51.100.1;a b=c',
    'for=198.51.100.1;=c',
    'for=0177.0.0.1',
    'for="[198.51.100.1]"',
    'for="\u0000"',
    'for=198.51.100.1;by=\n',
    'for=198.51.100.1;by=\u00e4',
  ])('with the element %j of a declared proxy is refused', (element) => {
    expect(told(`for=192.0.2.66, ${element}`).code).toBe('forwarded-malformed')
  })

  test.each(['for=unknown', 'for=_hidden', 'for="_hidden:_p"', 'proto=https', 'by=10.0.0.1'])(
    'with %j says that there is someone, and not who',
    (element) => {
      const { address, prefix } = told(`for=192.0.2.66, ${element}`).facts.client
      expect([address, prefix]).toEqual(['', PROXY])
    },
  )

  test('is not read where X-Forwarded-For is declared', () => {
    const headers = [...forwarded('for=192.0.2.66'), ...xff('198.51.100.1')]
    expect(behind({ peer: PROXY, headers }).address).toBe('198.51.100.1')
  })
})
