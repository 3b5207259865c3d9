import { once } from '../../policy/once.ts'
import type { Words } from './address.ts'
import { localRanges, loopbackRanges } from './presets.ts'
import { type Range, Ranges, readRange } from './ranges.ts'

/** Where in the world an address is: a peer that is not public may well be a proxy that nobody declared. */
export type Reach = 'public' | 'private' | 'loopback'

const local = once(() => compile(localRanges))
const loopback = once(() => compile(loopbackRanges))

export function reachOf(words: Words): Reach {
  if (loopback().has(words)) return 'loopback'
  return local().has(words) ? 'private' : 'public'
}

/** Whether the whole range is nobody else's network. */
export function isLocal(range: Range): boolean {
  return local().covers(range)
}

function compile(texts: readonly string[]): Ranges {
  return new Ranges(texts.map(readRange).filter((range) => range !== undefined))
}
