import { describe, expect, test } from 'vitest'
import { type Client, unknownClient } from './facts.ts'
import { clientSubject } from './subject.ts'

const client = (address: string): Client => {
  return { address, prefix: address, network: address.replace(/\d+$/, '0/24'), family: 4 }
}

const site: Client = {
  address: '2001:db8:1:2::1',
  prefix: '2001:db8:1:2::/64',
  network: '2001:db8:1::/48',
  family: 6,
}

const ann = client('192.0.2.10')

describe('a client as a subject', () => {
  test('is made once, and seen by nobody who looks at the client', () => {
    const bob = client('192.0.2.11')
    const before = JSON.stringify(bob)
    const subject = clientSubject(bob)
    expect(clientSubject(bob)).toBe(subject)
    expect(JSON.stringify(bob)).toBe(before)
    expect(Reflect.ownKeys(bob)).toEqual(['address', 'prefix', 'network', 'family'])
  })

  test('is the address, or for IPv6 its network, and belongs to a larger one', () => {
    expect(clientSubject(ann)).toMatchObject({ key: 'a10:192.0.2.10', network: { key: 'n12:192.0.2.0/24' } })
    expect(clientSubject(site).key).toBe('a17:2001:db8:1:2::/64')
  })

  test('whose address is not known is one with all others like it', () => {
    expect(clientSubject(unknownClient)).toMatchObject({ key: 'a0:', network: undefined })
  })
})
