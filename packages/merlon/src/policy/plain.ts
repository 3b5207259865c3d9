import type { Path } from './path.ts'
import { formatValue, quote } from './quote.ts'

/** Hard bounds of a policy, whatever language it was written in: aliases and shared objects can unfold without end. */
export const MAX_DEPTH = 64
export const MAX_NODES = 100_000

/** Names that reach into JavaScript's own objects. Nothing in a policy is called so. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

const LONE_SURROGATE = /\p{Surrogate}/u

/** Reports something wrong at a path. */
export type Report = (path: Path, message: string, at?: 'key' | 'value') => void

/** Gives what stands in a policy for code at a path; undefined for what is none. */
export type NameCode = (value: unknown, path: Path) => unknown

/**
 * Copies what was written into plain data of our own: objects, lists, text, numbers, true, false and null. Whatever a
 * program can put into an object beyond that is reported and left out; nothing that was handed in is called or kept.
 * Code stands in it by its name alone.
 */
export function copyPlain(written: unknown, report: Report, nameCode: NameCode = () => undefined): unknown {
  const copier = new Copier(report, nameCode)
  try {
    return copier.copy(written, [])
  } catch {
    // A Proxy may throw from any trap. What it threw is its own and may be anything, so it is not shown.
    report([], 'expected plain data, got an object that throws when it is read')
    return undefined
  }
}

class Copier {
  private left = MAX_NODES
  private readonly above = new Set<object>()

  constructor(
    private readonly report: Report,
    private readonly nameCode: NameCode,
  ) {}

  copy(value: unknown, path: Path): unknown {
    if (this.left-- <= 0) {
      if (this.left === -1) this.report(path, `expected a policy of at most ${MAX_NODES} values`)
      return undefined
    }
    switch (typeof value) {
      case 'boolean':
        return value
      case 'string':
        if (LONE_SURROGATE.test(value)) return this.refuse(path, 'whole characters, got half of a surrogate pair')
        return value
      case 'number':
        if (!Number.isFinite(value)) return this.refuse(path, `a number that JSON knows, got ${value}`)
        return value + 0 // -0 is no number of JSON's
      case 'object':
        return value === null ? null : (this.nameCode(value, path) ?? this.inside(value, path))
      case 'function':
        return this.nameCode(value, path) ?? this.refuse(path, 'plain data, got a function')
      default:
        return this.refuse(path, `plain data, got ${formatValue(value, path)}`)
    }
  }

  private refuse(path: Path, expected: string): undefined {
    this.report(path, `expected ${expected}`)
  }

  private inside(value: object, path: Path): unknown {
    // A pattern is written between slashes in YAML and JSON, and in code it may stand as what it is.
    if (value instanceof RegExp) return this.copy(RegExp.prototype.toString.call(value), path)
    if (this.above.has(value)) return this.refuse(path, 'a tree, got an object that contains itself')
    if (path.length >= MAX_DEPTH) return this.refuse(path, `at most ${MAX_DEPTH} levels, one inside the other`)
    this.above.add(value)
    const copied = Array.isArray(value) ? this.list(value, path) : this.object(value, path)
    this.above.delete(value)
    return copied
  }

  private list(value: readonly unknown[], path: Path): unknown {
    if (value.length > this.left) return this.refuse(path, `a policy of at most ${MAX_NODES} values`)
    const list: unknown[] = []
    for (let at = 0; at < value.length; at++) {
      const inner = [...path, at]
      const found = Object.getOwnPropertyDescriptor(value, at)
      if (found?.value === undefined) this.refuse(inner, 'a value, got a hole in the list')
      else list.push(this.copy(found.value, inner))
    }
    return list
  }

  private object(value: object, path: Path): unknown {
    if (!isPlain(value)) return this.refuse(path, `plain data, got ${className(value)}`)
    const object: Record<string, unknown> = {}
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'symbol') {
        this.refuse(path, 'keys that are text, got a symbol')
        continue
      }
      const inner = [...path, key]
      const found = Object.getOwnPropertyDescriptor(value, key)
      if (found?.enumerable !== true) continue
      if (RESERVED.has(key) || LONE_SURROGATE.test(key)) {
        this.report(inner, `expected another name than ${quote(key)}`, 'key')
      } else if (found.get || found.set) {
        this.refuse(inner, 'plain data, got a getter')
      } else if (found.value !== undefined) {
        // `x: condition ? y : undefined` means that x is not there.
        const copied = this.copy(found.value, inner)
        if (copied !== undefined) object[key] = copied
      }
    }
    return object
  }
}

/** Jest and `node:vm` have an Object of their own, so the prototype is known by its shape. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return true
  if (Object.getPrototypeOf(prototype) !== null || !Object.hasOwn(prototype as object, 'isPrototypeOf')) return false
  return Object.prototype.toString.call(value) === '[object Object]'
}

function className(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value), 'constructor')?.value
  const text = typeof name === 'function' ? name.name : ''
  return /^\w{1,40}$/.test(text) ? `a ${text}` : 'an instance of a class'
}
