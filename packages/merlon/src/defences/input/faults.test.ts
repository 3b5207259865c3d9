import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { below, Faults } from './faults.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

function detailOf(message: string, value: unknown): string {
  const faults = new Faults()
  faults.addIssues('body', { a: value }, [{ message, path: ['a'] }])
  return faults.list[0]?.detail ?? ''
}

describe('what is said of a value', () => {
  test.each([
    ['Invalid email: Received "hunter2"', 'hunter2', 'Invalid email'],
    ['Invalid type: Expected number but received "hunter2"', 'hunter2', 'Invalid type: Expected number'],
    ['a must be an email address (was "hunter2")', 'hunter2', 'a must be an email address'],
    ['a must be "x" or "y" (was "multi\nline")', 'multi\nline', 'a must be "x" or "y"'],
    [
      'Invalid input: expected string, received undefined',
      undefined,
      'Invalid input: expected string, received undefined',
    ],
    ['"hunter2" is too weak', 'hunter2', 'This value is not valid.'],
    ['4711 is no such number', 4711, 'This value is not valid.'],
    ['cannot parse "a\\"bcd"', 'a"bcd', 'This value is not valid.'],
    ['', 'x', 'This value is not valid.'],
    ['Too short', 'ab', 'Too short'],
  ])('%j about %j', (message, value, said) => {
    expect(detailOf(message, value)).toBe(said)
  })

  test('never holds it, whatever the library has made of it', () => {
    console.info(`seed ${seed}`)
    const secret = fc.string({ minLength: 3, maxLength: 40, unit: 'binary' })
    const forms = fc.constantFrom(
      (text: string) => `Invalid type: Expected number but received ${JSON.stringify(text)}`,
      (text: string) => `must be an email address (was ${JSON.stringify(text)})`,
      (text: string) => `${text} is not valid`,
      (text: string) => `not valid: ${JSON.stringify(text)}, sorry`,
    )
    const property = fc.property(secret, forms, (text, form) => {
      const fixed = form('')
      fc.pre(!fixed.includes(text) && !'This value is not valid.'.includes(text))
      expect(detailOf(form(text), text)).not.toContain(text)
    })
    fc.assert(property, { seed, numRuns: 10_000 })
  })

  test('has a bound, and takes no time, however much a library has put into it', () => {
    const spaces = ' '.repeat(1_000_000)
    const begun = performance.now()
    expect(detailOf(`"${spaces}" is wrong`, 1)).toBe('"')
    expect(detailOf(`wrong (was "${spaces}`, 1)).toBe('wrong')
    expect(performance.now() - begun).toBeLessThan(500)
    expect(detailOf('x'.repeat(10_000), 1).length).toBeLessThanOrEqual(201)
  })
})

describe('the list', () => {
  test('ends at fifty, and the count goes on', () => {
    const faults = new Faults()
    for (let at = 0; at < 1000; at++) faults.unknown('query', below('', at))
    expect([faults.list.length, faults.count]).toEqual([50, 1000])
  })

  test('says that something is wrong where a library fails without a reason', () => {
    const faults = new Faults()
    faults.addIssues('body', 1, [])
    expect(faults.list).toEqual([{ in: 'body', pointer: '', detail: 'This value is not valid.' }])
  })

  test("takes apart what Zod's strict objects say of several keys", () => {
    const faults = new Faults()
    const issue = { code: 'unrecognized_keys', keys: ['b', 'c'], path: ['a'], message: 'Unrecognized keys: "b", "c"' }
    faults.addIssues('body', { a: { b: 1, c: 2 } }, [issue])
    expect(faults.list.map(({ pointer }) => pointer)).toEqual(['/a/b', '/a/c'])
  })
})

describe('a pointer', () => {
  test('is escaped, and reads path segments of either kind', () => {
    const faults = new Faults()
    faults.addIssues('body', {}, [{ message: 'm', path: ['a/b', { key: '~' }, 0, Symbol('s')] }])
    expect(faults.list[0]?.pointer).toBe('/a~1b/~0/0/s')
  })

  test('has a bound, however long the keys are that a client makes up', () => {
    expect(below('', 'k'.repeat(10_000)).length).toBeLessThan(70)
    const faults = new Faults()
    faults.unknown('body', Array.from({ length: 1000 }, () => 'key').reduce(below, ''))
    expect(faults.list[0]?.pointer.length).toBeLessThan(260)
  })
})
