import type { Build } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { NAMING } from '../../contract/forwarding.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import type { Known } from './book.ts'
import { type ForwardingHeader, forwardingHeaders } from './options.ts'

/** Where nothing can be refused, so many requests are looked at for a reason to warn. */
const SAMPLES = 100

/** The truth test: whether the world is as the policy says, asked of the requests themselves. */
export interface Contact {
  /** A peer that is no declared proxy. */
  stranger(facts: Facts, peer: Known): Refusal | undefined
  /** A declared proxy that did not write the declared header. */
  silent(facts: Facts, peer: Known): void
}

export function openContact(header: ForwardingHeader, none: boolean, build: Build): Contact {
  const samples = new Map<string, number>()

  /** Whether another request of this kind is to be looked at. */
  const curious = (kind: string) => {
    const seen = samples.get(kind) ?? 0
    if (seen >= SAMPLES) return false
    samples.set(kind, seen + 1)
    return true
  }
  const warnOnce = (kind: string, facts: Facts, reason: string) => {
    samples.set(kind, SAMPLES)
    build.log.warn({ code: 'proxy-undeclared', peer: facts.peer ?? null }, reason)
  }

  return {
    /**
     * A private peer that speaks for others is a proxy that nobody declared: all clients would be one, and one of
     * them could use up every limit. Public peers may send what they like, it is ignored. A loopback peer, or one
     * without an address, can be anybody's test client, so it is only remarked on.
     */
    stranger(facts, peer) {
      if (none || peer.reach === 'public') return undefined
      const fatal = peer.reach === 'private' && build.production
      if (!fatal && !curious(peer.reach)) return undefined
      const found = NAMING.find((name) => facts.header(name) !== undefined)
      if (found === undefined) return undefined
      const reason = undeclared(peer, found, header)
      if (fatal) return refuse('proxy-undeclared', { reason })
      warnOnce(peer.reach, facts, reason)
      return undefined
    },
    /** The declared header is missing and another one is there: most likely the policy names the wrong one. */
    silent(facts, peer) {
      if (!curious('silent')) return
      const found = NAMING.find((name) => name !== header && facts.header(name) !== undefined)
      if (found !== undefined) warnOnce('silent', facts, mismatched(peer, found, header))
    },
  }
}

function undeclared(peer: Known, found: string, header: ForwardingHeader): string {
  const { address } = peer.client
  if (address === '') {
    return (
      `A request carries ${found}, but this runtime shows no address of its peer, so that all clients count as one. ` +
      'If exactly one proxy of yours stands in front and nothing else can connect, write client.proxies: [{ hops: 1 }]'
    )
  }
  const also = found === header ? '' : ` and ${howToRead(found)}`
  return (
    `${address} sends ${found} but is no declared proxy, so that all clients behind it count as one. ` +
    `If it is your proxy, write client.proxies: ["${address}"], or its range${also}; ` +
    'if it is itself the client, write client.proxies: none'
  )
}

function mismatched(peer: Known, found: string, header: ForwardingHeader): string {
  const by = peer.client.address === '' ? 'A proxy' : `The proxy ${peer.client.address}`
  return (
    `${by} is declared to write ${header}, but sent ${found} alone, which is ignored: its clients count as one. ` +
    `If the proxy writes ${found} itself, whatever clients send, write ${howToRead(found)}`
  )
}

/** The line that has a header read; not all that proxies write can be declared. */
function howToRead(found: string): string {
  const known = forwardingHeaders.some((name) => name === found)
  return known ? `client.header: ${found}` : 'x-forwarded-for into its configuration'
}
