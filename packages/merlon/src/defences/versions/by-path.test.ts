import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Facts } from '../../contract/facts.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { compileByPath } from './by-path.ts'

const reader = (under: string, ...names: string[]) => {
  const read = compileByPath(under, names)
  return (path: string) => {
    const facts: Facts = new FakeFacts({ target: path })
    const named = read(facts)
    return [named.kind === 'known' ? named.name : named.kind, facts.routePath]
  }
}

describe('the version in the path', () => {
  const read = reader('', 'v1', 'v2')

  test('is its first part, and routes match the rest', () => {
    expect(read('/v1/books/7')).toEqual(['v1', '/books/7'])
    expect(read('/v2')).toEqual(['v2', '/'])
    expect(read('/v2/')).toEqual(['v2', '/'])
    expect(read('/v1//books')).toEqual(['v1', '//books'])
    expect(read('/v1/v2/books')).toEqual(['v1', '/v2/books'])
  })

  test('is unknown where it only looks like one, and then fits routes folded alone', () => {
    expect(read('/v3/books')).toEqual(['unknown', '//books'])
    expect(read('/V1/books')).toEqual(['unknown', '//books'])
    expect(read('//v1/books')).toEqual(['unknown', '//books'])
    expect(read('/V1')).toEqual(['unknown', '//'])
  })

  test('is not there where nothing looks like it', () => {
    for (const path of ['/', '/books', '/books/v1', '/version', '/v', '/v1x/books', '/v1.5/books', '//']) {
      expect([path, ...read(path)]).toEqual([path, 'none', ''])
    }
  })

  test('stands below something', () => {
    const below = reader('/api', 'v1')
    expect(below('/api/v1/books')).toEqual(['v1', '/api/books'])
    expect(below('/api/v1')).toEqual(['v1', '/api'])
    expect(below('/API/v1/books')).toEqual(['unknown', '//API/books'])
    expect(below('/api//v1/books')).toEqual(['unknown', '//api/books'])
    expect(below('/v1/books')).toEqual(['none', ''])
    expect(below('/apis/v1')).toEqual(['none', ''])
    expect(below('/api')).toEqual(['none', ''])
  })

  test('may be a date, or a word', () => {
    const dated = reader('', '2024-10-01', 'beta')
    expect(dated('/2024-10-01/a')).toEqual(['2024-10-01', '/a'])
    expect(dated('/2025-01-01/a')).toEqual(['unknown', '//a'])
    expect(dated('/Beta/a')).toEqual(['unknown', '//a'])
    expect(dated('/2024/a')).toEqual(['none', ''])
  })

  test('is no property that every object has', () => {
    expect(read('/constructor/x')).toEqual(['none', ''])
    expect(read('/__proto__/x')).toEqual(['none', ''])
  })
})

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

test('whatever a framework that folds would take for a version never reaches routes with it still on', () => {
  console.info(`seed ${seed}`)
  const read = reader('', 'v1', 'v2')
  const part = fc.constantFrom('v1', 'V1', 'v2', 'v9', 'V12', '', 'books', 'Admin', 'v', 'x1')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const path = `/${parts.join('/')}`
      const folded = path.toLowerCase().split('/').filter(Boolean)
      const [kind, below] = read(path) as [string, string]
      if (!/^v\d+$/.test(folded[0] ?? '')) return kind === 'none' && below === ''
      const rest = below.toLowerCase().split('/').filter(Boolean)
      const exact = path.startsWith(`/${folded[0]}`) && ['v1', 'v2'].includes(folded[0] ?? '')
      return (
        rest.join('/') === folded.slice(1).join('/') &&
        (exact ? kind === folded[0] : kind === 'unknown' && below.startsWith('//'))
      )
    }),
    { numRuns: 10_000, seed, verbose: false },
  )
})
