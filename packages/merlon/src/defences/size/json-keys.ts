/** Up to here a look through a handful of strings is faster than a Set. */
const SMALL = 8

const ARRAY = 0
const OBJECT = 1
const CONSTRUCTOR = 2

/** What is wrong with a key. */
export type KeyFault = 'duplicate' | 'prototype'

export interface KeyRules {
  /** Whether a key that its object has already is a fault. */
  readonly duplicates: boolean
  /** Whether a key that leads to a prototype is a fault. */
  readonly prototypes: boolean
}

/** The objects and arrays that are open at one place of a JSON text, with the keys that each object has so far. */
export class OpenKeys {
  depth = 0
  /** Whether the innermost of them is an object. */
  inObject = false
  private readonly rules: KeyRules
  private readonly kinds: number[] = [ARRAY]
  /** The keys of all open objects, and where those of each begin. */
  private readonly keys: string[] = []
  private count = 0
  private readonly starts: number[] = [0]
  private readonly sets: (Set<string> | undefined)[] = [undefined]
  private last = ''

  constructor(rules: KeyRules) {
    this.rules = rules
  }

  open(object: boolean): void {
    // `{"constructor":{"prototype":…}}` reaches the same prototype as `__proto__` does, by another way.
    const ofConstructor = object && this.inObject && this.last === 'constructor'
    this.depth++
    this.kinds[this.depth] = ofConstructor ? CONSTRUCTOR : object ? OBJECT : ARRAY
    this.starts[this.depth] = this.count
    this.sets[this.depth] = undefined
    this.inObject = object
  }

  close(): void {
    this.count = this.starts[this.depth] as number
    this.depth--
    this.inObject = this.kinds[this.depth] !== ARRAY
  }

  add(key: string): KeyFault | undefined {
    this.last = key
    if (this.rules.prototypes) {
      if (key === '__proto__') return 'prototype'
      if (key === 'prototype' && this.kinds[this.depth] === CONSTRUCTOR) return 'prototype'
    }
    return this.rules.duplicates && this.repeats(key) ? 'duplicate' : undefined
  }

  private repeats(key: string): boolean {
    const { keys, depth, count } = this
    const start = this.starts[depth] as number
    let set = this.sets[depth]
    if (set === undefined) {
      if (count - start < SMALL) {
        for (let at = start; at < count; at++) if (keys[at] === key) return true
        keys[count] = key
        this.count = count + 1
        return false
      }
      set = new Set(keys.slice(start, count))
      this.sets[depth] = set
    }
    const before = set.size
    return set.add(key).size === before
  }
}
