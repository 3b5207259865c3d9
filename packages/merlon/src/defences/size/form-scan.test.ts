import { describe, expect, test } from 'vitest'
import { FormScan } from './form-scan.ts'

function scan(text: string, bounds: { maxDepth?: number; maxKeys?: number; prototypes?: boolean } = {}) {
  const bytes = new TextEncoder().encode(text)
  const verdicts = [1, 3, bytes.length || 1].map((length) => {
    const scanner = new FormScan({ maxDepth: 32, maxKeys: 1000, prototypes: true, ...bounds })
    for (let at = 0; at < bytes.length; at += length) {
      const fault = scanner.push(bytes.subarray(at, at + length))
      if (fault) return fault
    }
    return scanner.end()
  })
  // However it is cut, it is the same form.
  expect(new Set(verdicts).size).toBe(1)
  return verdicts[0]
}

describe('a scan of a form', () => {
  test('lets ordinary forms pass', () => {
    expect(scan('')).toBe(undefined)
    expect(scan('email=a%40example.com&password=a+b&tags[]=x&tags[]=y&user[address][city]=z')).toBe(undefined)
    expect(scan('a=__proto__&b=[__proto__]&c=constructor.prototype')).toBe(undefined)
  })

  test('counts fields, empty ones too', () => {
    expect(scan('a=1&b=2&c=3', { maxKeys: 3 })).toBe(undefined)
    expect(scan('a=1&b=2&c=3&', { maxKeys: 3 })).toBe('keys')
    expect(scan('&&&&', { maxKeys: 3 })).toBe('keys')
  })

  test('counts the levels that brackets and dots make', () => {
    expect(scan('a[b][c]=1&a[b][c]=1', { maxDepth: 2 })).toBe(undefined)
    expect(scan('a[b][c][d]=1', { maxDepth: 2 })).toBe('depth')
    expect(scan('a%5Bb%5d%5Bc%5D%5bd%5D=1', { maxDepth: 2 })).toBe('depth')
    expect(scan('a.b.c.d=1', { maxDepth: 2 })).toBe('depth')
    expect(scan('a=[[[[', { maxDepth: 2 })).toBe(undefined)
  })

  test('finds the ways to a prototype, however they are written', () => {
    const names = [
      '__proto__',
      '__proto__[x]',
      'a[__proto__][x]',
      'a.__proto__.x',
      '%5f_pro%74o__',
      'a%5B__proto__%5Dx',
      '[__proto__',
      '__proto__=',
    ]
    for (const name of [...names, 'constructor[prototype][x]', 'a[constructor][prototype]', 'constructor.prototype']) {
      expect([name, scan(name)]).toEqual([name, 'prototype'])
      expect(scan(`b=1&${name}=1`)).toBe('prototype')
      expect(scan(`b=1&${name}=1`, { prototypes: false })).toBe(undefined)
    }
  })

  test('takes like names for what they are', () => {
    for (const name of [
      '__proto__x',
      'x__proto__',
      'prototype',
      'constructor[name]',
      'prototype[constructor]',
      '%__proto__',
      '%5__proto__',
    ]) {
      expect([name, scan(`${name}=1`)]).toEqual([name, undefined])
    }
    expect(scan('constructor=1&prototype=2')).toBe(undefined)
  })

  test('holds no more of a name than it needs', () => {
    expect(scan(`${'a'.repeat(100_000)}[__proto__]=1`)).toBe('prototype')
  })
})
