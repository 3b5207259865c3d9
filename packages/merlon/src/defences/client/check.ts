import type { Finding } from '../../contract/finding.ts'
import type { Path } from '../../policy/path.ts'
import type { Words } from './address.ts'
import type { ProxyEntry } from './entries.ts'
import type { ClientOptions } from './options.ts'
import { type Range, Ranges, readRange } from './ranges.ts'
import { isLocal } from './reach.ts'

/** Shorter prefixes hold a good part of the internet, by family; the widest range a real network publishes is longer. */
const EVERYONE_BITS = { 4: 8, 6: 16 } as const
const WIDE_BITS = { 4: 12, 6: 28 } as const

/** Which network replaces a header of one address, whatever the client sent. */
const OWN_HEADER = new Map([['cf-connecting-ip', 'cloudflare']])

/** Whose addresses all customers of a network share. */
const SHARED = new Map([
  ['cloudflare', 'authenticated origin pulls, or a tunnel'],
  ['fastly', 'mutual TLS, or a secret header that the edge adds'],
])

/** A route has nothing of its own but its lists. */
export function checkClient(
  options: ClientOptions,
  _production: boolean,
  scope: 'policy' | 'route' = 'policy',
): readonly Finding[] {
  if (scope === 'route') return checkLists(options)
  return [
    ...options.proxies.flatMap((entry, index) => checkProxy(entry, ['proxies', index])),
    ...checkNone(options),
    ...checkHeader(options),
    ...checkPrefix(options.ipv6Prefix),
    ...checkLists(options),
    ...checkExempt(options.exempt ?? []),
  ]
}

/** Ranges that can be judged: what a variable holds is not known here. */
function parse(texts: readonly string[]): Range[] {
  return texts.map(readRange).filter((range) => range !== undefined)
}

function familyOf(words: Words): 4 | 6 {
  return words.length === 1 ? 4 : 6
}

function checkProxy(entry: ProxyEntry, path: Path): Finding[] {
  const ranges = parse(entry.kind === 'hops' ? entry.from : entry.ranges)
  if (entry.named === null && ranges.some((range) => isWider(range, EVERYONE_BITS))) {
    return [
      {
        code: 'client-proxies-everyone',
        severity: 'critical',
        path,
        message: 'This trusts nearly everyone as a proxy, so that every client chooses its own address in a header.',
        write: 'client.proxies: the addresses of your own proxies, such as ["10.0.0.5"]',
      },
    ]
  }
  if (entry.kind === 'hops' && entry.from.length === 0) {
    return [
      {
        code: 'client-hops-anyone',
        severity: 'warning',
        path,
        message: 'Hops are counted whoever connects: a client that reaches this process past the proxy names itself.',
        write: `client.proxies: [{ hops: ${entry.hops}, from: ["10.0.0.0/8"] }], with the range your proxy connects from`,
      },
    ]
  }
  if (entry.named === null && ranges.some((range) => isWider(range, WIDE_BITS))) {
    return [
      {
        code: 'client-proxies-wide',
        severity: 'warning',
        path,
        message:
          'This public range is wider than any one owner has: others in it can choose their address in a header.',
        write: 'client.proxies: the addresses of your own proxies alone',
      },
    ]
  }
  return checkNamed(entry.named, path)
}

/** Private networks are nobody else's, however wide they are. */
function isWider(range: Range, bits: typeof WIDE_BITS | typeof EVERYONE_BITS): boolean {
  return range.bits < bits[familyOf(range.words)] && !isLocal(range)
}

function checkNamed(named: string | null, path: Path): Finding[] {
  if (named === 'private') {
    return [
      {
        code: 'client-proxies-private',
        severity: 'note',
        path,
        message:
          'Every machine of the private network is believed: one that is taken over, or tricked, names any client.',
        write: 'client.proxies: the range that your proxies connect from, such as ["10.0.4.0/28"]',
      },
    ]
  }
  const cure = named === null ? undefined : SHARED.get(named)
  if (cure === undefined) return []
  return [
    {
      code: 'client-proxies-shared',
      severity: 'note',
      path,
      message: `All customers of ${named} connect from these addresses, so another one can reach this API past your settings there.`,
      write: `nothing here; let only your own traffic in by ${cure}`,
    },
  ]
}

function checkNone(options: ClientOptions): Finding[] {
  if (options.proxies.length > 0) return []
  return [
    {
      code: 'client-proxies-none',
      severity: 'note',
      path: ['proxies'],
      message: 'A proxy that is put in front one day goes unnoticed, and all clients behind it then count as one.',
      write: 'client.proxies: loopback, unless private peers that carry forwarding headers are themselves the clients',
    },
  ]
}

function checkHeader(options: ClientOptions): Finding[] {
  const { header, proxies } = options
  if (header === 'x-forwarded-for' || header === 'forwarded' || proxies.length === 0) return []
  const owner = OWN_HEADER.get(header)
  if (owner !== undefined && proxies.every((entry) => entry.named === owner)) return []
  return [
    {
      code: 'client-header-single',
      severity: 'warning',
      path: ['header'],
      message: `A proxy that passes ${header} on as it came lets every client choose its address: there is no chain to check.`,
      write: owner
        ? `client.proxies: [${owner}], so that only ${owner} is believed`
        : 'client.header: x-forwarded-for, unless your proxy replaces this header on every request',
    },
  ]
}

function checkPrefix(bits: number): Finding[] {
  const path = ['ipv6Prefix']
  if (bits > 64) {
    const message = `Whoever has a /64 has 2^${bits - 64} clients: limits by address hold nobody back who has IPv6.`
    return [{ code: 'client-prefix-narrow', severity: 'warning', path, message, write: 'client.ipv6Prefix: 64' }]
  }
  if (bits < 48) {
    const message = `A /${bits} is a whole provider: its customers share one limit, and one of them can use it up.`
    return [{ code: 'client-prefix-wide', severity: 'note', path, message, write: 'client.ipv6Prefix: 56' }]
  }
  return []
}

/** What many have is nobody's to be exempt by. */
function checkExempt(exempt: readonly string[]): Finding[] {
  if (!parse(exempt).some((range) => isWider(range, WIDE_BITS))) return []
  return [
    {
      code: 'client-exempt-wide',
      severity: 'warning',
      path: ['exempt'],
      message: 'This range is wider than any one owner has: others in it are not limited by address and never banned.',
      write: 'client.exempt: the addresses of your own offices and monitoring alone',
    },
  ]
}

function checkLists(options: ClientOptions): Finding[] {
  const allowed = options.allow.map(parse)
  const findings: Finding[] = []
  if (allowed.flat().some((range) => range.bits === 0)) {
    findings.push({
      code: 'client-allow-everyone',
      severity: 'warning',
      path: ['allow'],
      message: 'An allow list with a range of all addresses keeps nobody of that family out.',
      write: 'client.allow: the networks that are meant, or no list at all',
    })
  }
  const proxies = options.proxies.flatMap((entry) => parse(entry.kind === 'addresses' ? entry.ranges : entry.from))
  if (allowed.length > 0 && allowed.every((group) => proxies.some((proxy) => new Ranges(group).meets(proxy)))) {
    findings.push({
      code: 'client-allow-proxy',
      severity: 'warning',
      path: ['allow'],
      message:
        'A declared proxy is itself on the allow list: if it ever forwards without its header, everyone is admitted.',
      write: 'client.allow: the clients alone, without the addresses of the proxies in front',
    })
  }
  const deny = new Ranges(parse(options.deny))
  const first = allowed.find((group) => group.length > 0 && group.every((range) => deny.covers(range)))
  if (first) {
    findings.push({
      code: 'client-allow-denied',
      severity: 'warning',
      path: ['allow'],
      message: 'Every address that is allowed is also denied, and deny wins: nobody is admitted.',
      write: 'client.deny: without the ranges that client.allow names',
    })
  }
  return findings
}
