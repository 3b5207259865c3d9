import * as z from 'zod/mini'
import { hasReference } from '../../policy/references.ts'
import { count } from '../../policy/units.ts'
import { networkPresets, proxyPresets } from './presets.ts'
import { meantRange, readRange } from './ranges.ts'

/** One declared proxy, or one set of them. `named` is the preset that was written, null where ranges were. */
export type ProxyEntry =
  | { readonly kind: 'addresses'; readonly named: string | null; readonly ranges: readonly string[] }
  | { readonly kind: 'hops'; readonly named: string | null; readonly hops: number; readonly from: readonly string[] }

const named = (names: Iterable<string>) => [...names].map((name) => `"${name}"`).join(', ')

const RANGE_EXPECTED = `an address or a CIDR range, such as "192.0.2.1" or "10.0.0.0/8", or one of ${named(networkPresets.keys())}`
const PROXY_EXPECTED =
  `an address or a CIDR range, such as "192.0.2.1" or "10.0.0.0/8", one of ${named(proxyPresets.keys())}, "none", ` +
  'or the number of proxies, { hops: 1, from: ["10.0.0.0/8"] }'

/** A chain of proxies that is longer than this is a mistake, or a loop. */
const MOST_HOPS = 16

/** What was expected instead of the text; undefined where it is fine. */
function wrongRange(text: string): string | undefined {
  // What a variable stands for is judged when a host starts.
  if (hasReference(text) || networkPresets.has(text) || readRange(text)) return undefined
  return meantRange(text) ?? RANGE_EXPECTED
}

function wrongProxy(text: string): string | undefined {
  if (text === 'none' || proxyPresets.has(text)) return undefined
  return wrongRange(text) === undefined ? undefined : (meantRange(text) ?? PROXY_EXPECTED)
}

function judged(expected: string, wrong: (text: string) => string | undefined) {
  return z.string({ error: expected }).check((context) => {
    const message = wrong(context.value)
    if (message) context.issues.push({ code: 'custom', message, input: context.value, continue: true })
  })
}

export const ipRange = () => judged(RANGE_EXPECTED, wrongRange)

function written() {
  const one = z.union(
    [
      judged(PROXY_EXPECTED, wrongProxy),
      z.strictObject({ hops: count(1, MOST_HOPS), from: z._default(z.array(ipRange()), []) }),
    ],
    { error: PROXY_EXPECTED },
  )
  return z.array(one, { error: 'a list of proxies, such as ["loopback", "10.0.0.0/8"]' }).check((context) => {
    const at = context.value.indexOf('none')
    if (at < 0 || context.value.length === 1) return
    const message = '"none" alone, or only the proxies that there are'
    context.issues.push({ code: 'custom', message, input: 'none', path: [at], continue: true })
  })
}

/** What `proxies` may hold; `loopback` where nothing is written. */
export function proxyEntries() {
  return z.pipe(
    z._default(written(), ['loopback']),
    z.transform((entries): ProxyEntry[] => entries.flatMap(entryOf)),
  )
}

function entryOf(entry: string | { hops: number; from: string[] }): ProxyEntry | [] {
  if (typeof entry !== 'string') return { kind: 'hops', named: null, hops: entry.hops, from: networks(entry.from) }
  if (entry === 'none') return []
  const preset = proxyPresets.get(entry)
  if (!preset) return { kind: 'addresses', named: null, ranges: [entry] }
  const { ranges, hops } = preset
  return hops === 0 ? { kind: 'addresses', named: entry, ranges } : { kind: 'hops', named: entry, hops, from: ranges }
}

/**
 * Ranges with the names among them spelled out. A name leaves its first range in its own place and the others at the
 * end, so that what is said of an index is still about the written list.
 */
export function networks(texts: readonly string[]): string[] {
  const first = texts.map((text) => networkPresets.get(text)?.[0] ?? text)
  return [...first, ...texts.flatMap((text) => networkPresets.get(text)?.slice(1) ?? [])]
}

/**
 * What stood behind `${NAME}`: one entry or several, separated by commas, as deployments keep such lists. Text that
 * had no variable passes unchanged, since its schema let no comma through. Gives undefined where a part is no proxy.
 */
export function resolvedProxies(text: string): readonly ProxyEntry[] | undefined {
  return parts(text, wrongProxy)?.flatMap(entryOf)
}

/** The same for lists of networks. */
export function resolvedNetworks(text: string): string[] | undefined {
  const texts = parts(text, wrongRange)
  return texts && networks(texts)
}

function parts(text: string, wrong: (text: string) => string | undefined): string[] | undefined {
  const found = text.split(',').map((part) => part.trim())
  return found.some((part) => hasReference(part) || wrong(part)) ? undefined : found
}

export { PROXY_EXPECTED, RANGE_EXPECTED }
