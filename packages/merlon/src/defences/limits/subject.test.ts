import { describe, expect, test } from 'vitest'
import { unknownClient } from '../../contract/facts.ts'
import type { As, By } from './by.ts'
import { client, client6 } from './limits.fixture.ts'
import { normalise } from './normalise.ts'
import { Counted, clientSubject } from './subject.ts'

const ann = client('192.0.2.10')
const field = (name: string, as: As = 'email'): By => ({ kind: 'body', field: name, as })
const address: By = { kind: 'address' }

function keyOf(by: By[], body: unknown) {
  const subject = new Counted(by).subject(ann, body)
  return 'problem' in subject ? subject.problem : subject.key
}

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
    expect(clientSubject(client6(1, 2)).key).toBe('a17:2001:db8:1:2::/64')
  })

  test('whose address is not known is one with all others like it', () => {
    expect(clientSubject(unknownClient)).toMatchObject({ key: 'a0:', network: undefined })
  })
})

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
    const pair = new Counted([address, field('email')])
    const subject = pair.subject(who, { email: 'a@b' })
    if ('problem' in subject) expect.unreachable()
    expect(subject.network?.key).toBe('n15:2001:db8:1::/48')
    expect(pair.wider(subject, who).key).toBe('n15:2001:db8:1::/48b3:a@b')
  })
})

describe('one account has one spelling', () => {
  test.each<[As, string, string]>([
    ['exact', ' Ann ', ' Ann '],
    ['trim', '\u00a0 Ann\ufeff', 'Ann'],
    ['lower', ' ANN-É ', 'ann-É'],
    ['email', ' ANN@EXAMPLE.COM ', 'ann@example.com'],
    ['email', 'Ren\u0065\u0301@example.com', 'ren\u00e9@example.com'],
    // The Kelvin sign is a K to NFC.
    ['email', '\u212aim@example.com', 'kim@example.com'],
    // Lower case beyond ASCII differs between languages; it is left as it is.
    ['email', '\u0130x@example.com', '\u0130x@example.com'],
    // Compatibility forms stay apart: an application that equates them has to refuse them in its own schema.
    ['email', '\uff41nn@example.com', '\uff41nn@example.com'],
  ])('%s of %j is %j', (as, text, expected) => {
    expect(normalise(text, as)).toBe(expected)
  })
})
