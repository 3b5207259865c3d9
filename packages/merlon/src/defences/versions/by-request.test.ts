import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { compileByHeader } from './by-header.ts'
import { compileByMediaType } from './by-media-type.ts'
import type { Named } from './by-path.ts'

const said = (named: Named) => (named.kind === 'known' ? named.name : named.kind)

describe('the version in a header', () => {
  const read = compileByHeader('API-Version', ['1', '2'])
  const of = (...values: string[]) =>
    said(read(new FakeFacts({ headers: values.map((value) => ['api-version', value] as const) })))

  test('is its whole value, once', () => {
    expect([of('1'), of('2'), of()]).toEqual(['1', '2', 'none'])
    for (const value of ['3', '', ' 1', '1,2', 'v1', '01', 'constructor', '__proto__'])
      expect(of(value)).toBe('unknown')
    expect(of('1', '1')).toBe('unknown')
  })
})

describe('the version in a media type', () => {
  const read = compileByMediaType('version', 'application/vnd.acme.{version}+json', ['v1', 'v2'])
  const of = (accept?: string, sent?: string) =>
    said(
      read(
        new FakeFacts({
          headers: [
            ...(accept === undefined ? [] : [['Accept', accept] as const]),
            ...(sent === undefined ? [] : [['Content-Type', sent] as const]),
          ],
        }),
      ),
    )

  test('is a part of a type, or a parameter', () => {
    expect(of('application/vnd.acme.v1+json')).toBe('v1')
    expect(of('text/html, application/VND.ACME.v2+JSON;q=0.4')).toBe('v2')
    expect(of('application/json ; version = v2')).toBe('v2')
    expect(of('application/json;version="v\\2"')).toBe('v2')
    expect(of(undefined, 'application/json; charset=utf-8; version=v1')).toBe('v1')
  })

  test('is none where no type names one', () => {
    for (const text of [
      '',
      '*/*',
      'application/json',
      'application/vnd.acme+json',
      'application/json;v=v1',
      ',,;;',
      '"',
      '"\\',
    ]) {
      expect([text, of(text)]).toEqual([text, 'none'])
    }
    expect(of('application/vnd.acme.json')).toBe('none')
    expect(of()).toBe('none')
  })

  test('is unknown where it is not spelled as the policy does, or empty', () => {
    expect(of('application/vnd.acme.V1+json')).toBe('unknown')
    expect(of('application/vnd.acme.+json')).toBe('unknown')
    expect(of('application/json;version')).toBe('none')
    expect(of('application/json;version=')).toBe('unknown')
    expect(of('application/vnd.acme.constructor+json')).toBe('unknown')
  })

  test('is unknown where it is named twice, and not the same', () => {
    expect(of('application/json;version=v1, text/html;version=v2')).toBe('unknown')
    expect(of('application/json;version=v1', 'application/json;version=v2')).toBe('unknown')
    expect(of('application/json;version=v1;Version=v2')).toBe('unknown')
    expect(of('application/json;version=v1, text/html;version=v1')).toBe('v1')
  })

  test('is not what stands in quotes', () => {
    expect(of('application/json;x="a, b;version=v1"')).toBe('none')
    expect(of('application/json;x="\\", text/html;version=v1')).toBe('none')
  })

  const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

  test('is something whatever is sent, and never one that is not known', () => {
    console.info(`seed ${seed}`)
    const part = fc.constantFrom(
      'application/',
      'vnd.acme.',
      'v1',
      'v2',
      '+json',
      ';',
      ',',
      '=',
      '"',
      '\\',
      'version',
      ' ',
      'é',
    )
    const text = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, (accept, sent) => ['v1', 'v2', 'none', 'unknown'].includes(of(accept, sent))),
      { numRuns: 10_000, seed, verbose: false },
    )
  })
})
