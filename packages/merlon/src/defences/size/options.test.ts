import { describe, expect, test } from 'vitest'
import { size } from './index.ts'
import { canonical, mistakesOf } from './size.fixture.ts'

describe('the section size', () => {
  test('has its defaults where nothing is written', () => {
    expect(canonical()).toEqual({
      mode: 'enforce',
      maxBytes: 102_400,
      ceilingBytes: 10_485_760,
      maxDepth: 32,
      maxKeys: 1000,
      duplicateKeys: 'refuse',
      prototypeKeys: 'refuse',
      encodings: ['gzip', 'deflate', 'br', 'zstd'],
      maxUrlBytes: 8192,
    })
  })

  test('is plain JSON', () => {
    const options = canonical({ body: '1mb', encodings: [] })
    expect(JSON.parse(JSON.stringify(options))).toEqual(options)
  })

  test('reads its short forms', () => {
    expect(canonical('1mb')).toEqual(canonical({ body: '1mb' }))
    expect(canonical('off').mode).toBe('off')
    expect(canonical(false).mode).toBe('off')
    expect(canonical('observe').mode).toBe('observe')
  })

  test('keeps the ceiling above the body', () => {
    expect(canonical('50mb').ceilingBytes).toBe(52_428_800)
    expect(canonical({ body: '1kb', ceiling: '2kb' }).ceilingBytes).toBe(2048)
  })

  test('puts codings in one order, once each', () => {
    expect(canonical({ encodings: ['br', 'gzip', 'br'] }).encodings).toEqual(['gzip', 'br'])
  })

  test('says what it expected', () => {
    const size = 'a size with its unit, such as "512b", "100kb" or "10mb"'
    expect(mistakesOf('10 MB')).toEqual([`body: ${size}`])
    expect(mistakesOf(1000)).toEqual([
      ': a size such as "1mb", settings such as { body: "1mb", depth: 16 }, "observe" or "off"',
    ])
    expect(mistakesOf({ body: 1_000_000 })).toEqual([`body: ${size}`])
    expect(mistakesOf({ depth: 0 })).toEqual(['depth: a whole number from 1 to 10000'])
    expect(mistakesOf({ encodings: ['lzma'] })).toEqual(['encodings.0: one of "gzip", "deflate", "br", "zstd"'])
    expect(mistakesOf({ duplicateKeys: 'last' })).toEqual(['duplicateKeys: one of "refuse", "allow"'])
    expect(mistakesOf({ maxBytes: 1 })).toHaveLength(1)
  })

  test('folds to what is smaller and stricter of both', () => {
    const base = canonical({ body: '1mb', depth: 5, encodings: ['gzip', 'br'], mode: 'observe' })
    const route = canonical({
      body: '2mb',
      depth: 3,
      encodings: ['br'],
      duplicateKeys: 'allow',
      prototypeKeys: 'allow',
    })
    expect(size.section.fold(base, route)).toEqual({
      ...canonical({ body: '1mb', depth: 3, encodings: ['br'] }),
      ceilingBytes: 10_485_760,
    })
    expect(size.section.fold(canonical('off'), canonical('observe')).mode).toBe('observe')
  })
})
