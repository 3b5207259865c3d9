import type { Path } from '../../policy/path.ts'
import type { Words } from './address.ts'
import { PROXY_EXPECTED, type ProxyEntry, resolvedProxies } from './entries.ts'
import { compileNetworks, type Mistake } from './lists.ts'
import { Ranges, readRange } from './ranges.ts'

/** The declared proxies, ready to decide. */
export interface Proxies {
  /** Whether the policy says that there are none. */
  readonly none: boolean
  /** Whether an address is a proxy wherever it stands in the chain. */
  declared(words: Words): boolean
  /** How many of the nearest hops are proxies when this peer connects; undefined is a peer without an address. */
  hops(peer: Words | undefined): number
}

interface HopRule {
  readonly hops: number
  /** Undefined where whoever connects is believed. */
  readonly from: Ranges | undefined
}

export function compileProxies(entries: readonly ProxyEntry[], mistake: Mistake): Proxies {
  const resolved = entries.flatMap((entry, index) => resolve(entry, ['proxies', index], mistake))
  const texts = resolved.flatMap(({ entry }) => (entry.kind === 'addresses' ? entry.ranges : []))
  const ranges = new Ranges(texts.map(readRange).filter((range) => range !== undefined))
  const rules = resolved.flatMap(({ entry, path }) =>
    entry.kind === 'hops' ? compileRule(entry, [...path, 'from'], mistake) : [],
  )
  return {
    none: ranges.isEmpty && rules.length === 0,
    declared: (words) => ranges.has(words),
    hops: (peer) => rules.reduce((most, rule) => (believes(rule, peer) ? Math.max(most, rule.hops) : most), 0),
  }
}

/** A canonical entry with where it stands. */
interface Placed {
  readonly entry: ProxyEntry
  readonly path: Path
}

function resolve(entry: ProxyEntry, path: Path, mistake: Mistake): readonly Placed[] {
  // What a name stands for holds no variables.
  if (entry.kind === 'hops' || entry.named !== null) return [{ entry, path }]
  return entry.ranges.flatMap((text) => {
    const found = resolvedProxies(text)
    if (!found) mistake(path, PROXY_EXPECTED)
    return (found ?? []).map((each) => ({ entry: each, path }))
  })
}

function compileRule(entry: ProxyEntry & { kind: 'hops' }, path: Path, mistake: Mistake): HopRule {
  // A list that was written but came out empty must not become "whoever connects".
  const from = entry.from.length === 0 ? undefined : compileNetworks(entry.from, path, mistake)
  return { hops: entry.hops, from }
}

function believes(rule: HopRule, peer: Words | undefined): boolean {
  return rule.from === undefined || (peer !== undefined && rule.from.has(peer))
}
