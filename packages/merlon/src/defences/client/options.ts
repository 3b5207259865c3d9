import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { count, word } from '../../policy/units.ts'
import { ipRange, networks, type ProxyEntry, proxyEntries } from './entries.ts'

/** Forwarding headers that a policy can declare. The first two are lists that are walked, the rest hold one address. */
export const forwardingHeaders = [
  'x-forwarded-for',
  'forwarded',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'fly-client-ip',
  'x-envoy-external-address',
] as const

export type ForwardingHeader = (typeof forwardingHeaders)[number]

/**
 * An address (`192.0.2.1`), a range (`10.0.0.0/8`), a named set of them, or the number of proxies in front.
 *
 * `loopback`, `private` (RFC 1918, RFC 4193), `cloudflare`, `fastly`, `gcp-lb` (Google's external application load
 * balancer), `none`.
 *
 * `{ hops: 2, from: ['10.0.0.0/8'] }`: the two nearest hops are proxies, whatever their addresses, if the nearest one
 * connects from these ranges. Without `from` whoever connects is believed.
 */
export type WrittenProxy = string | { readonly hops: number; readonly from?: readonly string[] }

/** Who is calling. Nothing here can be turned off or observed: every other defence counts and decides by it. */
export interface WrittenClient {
  /**
   * The proxies that are believed. What any other peer says of its client is ignored. Default: `loopback`, since a
   * process on the same machine could do worse than to lie about addresses. A list replaces the default. `none` says
   * that peers are the clients, also where they are private and carry forwarding headers.
   */
  readonly proxies?: WrittenProxy | readonly WrittenProxy[]
  /**
   * The one header that the proxies write; every other one is what the client itself may have sent, and is ignored.
   * Default: `x-forwarded-for`. `forwarded` is RFC 7239's. The others hold a single address, and are safe only where
   * the proxy replaces what the client sent: `x-real-ip`, `cf-connecting-ip`, `true-client-ip`, `fly-client-ip`,
   * `x-envoy-external-address`.
   */
  readonly header?: ForwardingHeader
  /**
   * How much of an IPv6 address is one client, 32 to 128 bits. Default 64: it is what one customer gets at least, so
   * one who counts by more is counted by nothing.
   */
  readonly ipv6Prefix?: number
  /** Addresses, ranges, `loopback`, `private`. Where it is not empty, only these are admitted. Default: empty. */
  readonly allow?: string | readonly string[]
  /** The same; these are refused, whatever `allow` says. Default: empty. */
  readonly deny?: string | readonly string[]
  /**
   * The same; limits by address and bans leave these alone, as those of an office or of your own monitoring. What counts
   * by account or by principal counts them still. Default: empty.
   */
  readonly exempt?: string | readonly string[]
}

/** The canonical section: plain JSON. */
export interface ClientOptions {
  /** In the order of the written list, one each; empty for `none`. */
  readonly proxies: readonly ProxyEntry[]
  readonly header: ForwardingHeader
  readonly ipv6Prefix: number
  /** Groups of ranges; an address has to lie in every group. More than one only where two routes fold into one. */
  readonly allow: readonly (readonly string[])[]
  readonly deny: readonly string[]
  /** Left out where it is empty. */
  readonly exempt?: readonly string[]
}

export const clientSchema = once((): z.ZodMiniType<ClientOptions> => {
  const ranges = z.array(ipRange(), { error: 'a list of addresses and ranges, such as ["192.0.2.1", "10.0.0.0/8"]' })
  const written = z.strictObject(
    {
      proxies: proxyEntries(),
      header: z._default(word(forwardingHeaders), 'x-forwarded-for'),
      ipv6Prefix: z._default(count(32, 128), 64),
      allow: z.pipe(
        z._default(ranges, []),
        z.transform((written: string[]) => (written.length === 0 ? [] : [networks(written)])),
      ),
      deny: z.pipe(
        z._default(ranges, []),
        z.transform((written: string[]) => networks(written)),
      ),
      exempt: z.optional(
        z.pipe(
          ranges,
          z.transform((written: string[]) => networks(written)),
        ),
      ),
    },
    { error: 'settings such as { proxies: ["10.0.0.0/8"] }; this defence cannot be turned off or observed' },
  )
  return z.pipe(
    written,
    z.transform(({ exempt = [], ...rest }) => ({ ...rest, ...(exempt.length > 0 && { exempt }) })),
  )
})

/** A lone entry stands for a list of it; header names are read in any case, as HTTP does. */
export function desugarClient(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  const client: Record<string, unknown> = { ...written }
  for (const key of ['proxies', 'allow', 'deny', 'exempt']) {
    const value = client[key]
    if (typeof value === 'string' || (key === 'proxies' && isPlainObject(value))) client[key] = [value]
  }
  if (typeof client['header'] === 'string') client['header'] = client['header'].toLowerCase()
  return client
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Lists can only tighten, so a path that matches folded is held to both: what either denies is denied, and both have
 * to allow.
 */
export function foldClient(base: ClientOptions, route: ClientOptions): ClientOptions {
  const groups = new Map([...base.allow, ...route.allow].map((group) => [JSON.stringify(group), group]))
  return { ...base, allow: [...groups.values()], deny: [...new Set([...base.deny, ...route.deny])] }
}
