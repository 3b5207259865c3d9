import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileHosts } from './hosts.ts'

const admits = (...hosts: string[]) => {
  const wrong: number[] = []
  const compiled = compileHosts(hosts, (index) => wrong.push(index))
  return Object.assign(compiled.admits, { wrong })
}

describe('the list of hosts', () => {
  test('is none where nothing stands in it', () => {
    expect(compileHosts([], () => {}).any).toBe(true)
    expect(compileHosts(['a.example'], () => {}).any).toBe(false)
  })

  test('does not become any host because a variable turned out wrong', () => {
    const none = admits(' , ')
    expect([none.wrong, none('a.example'), none('')]).toEqual([[0], false, false])
    expect(admits('a.example', 'https://b.example').wrong).toEqual([1])
  })

  test('admits names by the letter, whatever their case', () => {
    const api = admits('api.example')
    expect(['api.example', 'API.EXAMPLE', 'api.example:80', 'Api.Example:443'].map(api)).toEqual([
      true,
      true,
      true,
      true,
    ])
    const others = [
      '',
      'example',
      'xapi.example',
      'api.example.',
      'api.example.x',
      'api.example:8080',
      'api.example:',
      ':80',
    ]
    expect(others.map(api)).toEqual(others.map(() => false))
    expect(api(undefined)).toBe(false)
  })

  test('does not take a property that every object has for a host', () => {
    expect(['__proto__', 'constructor', 'a.__proto__', 'x.constructor'].map(admits('api.example'))).toEqual([
      false,
      false,
      false,
      false,
    ])
  })

  test('opens one label and one port where it says so', () => {
    const wide = admits('*.example:*')
    expect(['a.example', 'a.example:1', 'B.example:99999'].map(wide)).toEqual([true, true, true])
    expect(['example', '.example', 'a.b.example', 'a.example:x', 'a.example:', 'a.example:1:2'].map(wide)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
    ])
  })

  const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

  test('admits by a wildcard exactly what a plain reading of it admits', () => {
    console.info(`seed ${seed}`)
    const label = fc.stringMatching(/^[a-z0-9-]{1,5}$/)
    const port = fc.constantFrom('', ':80', ':443', ':8080', ':*', ':0', ':')
    const host = fc.tuple(fc.array(fc.constantFrom('a', 'b', 'www', '', 'x'), { maxLength: 4 }), port)
    const wide = admits('*.a.b:8080', 'b.a')
    fc.assert(
      fc.property(
        fc.oneof(
          host.map(([labels, end]) => labels.join('.') + end),
          label.map((one) => `${one}.a.b:8080`),
        ),
        (text) => {
          const oracle = /^[^.:]+\.a\.b:8080$/.test(text) || /^b\.a(?::80|:443)?$/.test(text)
          return wide(text) === oracle
        },
      ),
      { numRuns: 10_000, seed, verbose: false },
    )
  })
})
