import type { Build, Compiled, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { FORWARDING } from '../../contract/forwarding.ts'
import { isLoopbackAddress, isLoopbackHost } from '../../contract/this-machine.ts'
import { type Refusal, refuse, type Verdict } from '../../contract/verdict.ts'
import { compileHosts, type Hosts, splitHost } from './hosts.ts'
import type { Transport } from './options.ts'

/** It acts before a route is known, so there is nothing to compile for one. */
export function compile(options: Transport, build: Build): Compiled {
  if (options.mode === 'off' || build.route !== '*') return {}
  const hosts = compileHosts(options.hosts, (index, expected) => build.mistake(['hosts', index], expected))
  if (options.http === 'allow' && hosts.any) return {}
  return { observe: options.mode === 'observe', steps: { transport: compileStep(options, hosts, build) } }
}

function compileStep({ mode, http, health }: Transport, hosts: Hosts, build: Build): Decide {
  const healthy = new Set(health)
  // What is only observed must not send anybody elsewhere.
  const redirects = http === 'redirect' && mode === 'enforce'
  const isHealth = ({ method, target }: Facts) => (method === 'GET' || method === 'HEAD') && healthy.has(pathOf(target))
  return function decideTransport(facts): Verdict {
    if (!hosts.any) {
      const foreign = foreignHost(facts, hosts)
      if (foreign !== undefined) return isHealth(facts) ? undefined : unserved(foreign)
    }
    if (facts.secure || http === 'allow' || isOfThisMachine(facts) || isHealth(facts)) return undefined
    if (redirects) {
      const location = elsewhere(facts)
      if (location !== undefined) return { kind: 'answer', status: 308, headers: ['Location', location] }
    }
    return plain(facts, build.production)
  }
}

/**
 * Whether the request comes from this very machine, and not by way of it. A declared proxy speaks for somebody behind it
 * as soon as it sends a forwarding header. Of a peer that is not declared such headers are its own invention; but a
 * proxy or tunnel that nobody declared looks the same, and would open plain HTTP to the world, so that the host decides:
 * whoever is on this machine asks for it by its own name.
 */
function isOfThisMachine(facts: Facts): boolean {
  if (!isLoopbackAddress(facts.peer)) return false
  if (!facts.viaProxy && isLoopbackHost(facts.header('host'))) return true
  for (const name of FORWARDING) {
    const value = facts.header(name)
    // A runtime that tells its peer's address by a header speaks for nobody else.
    if (value !== undefined && value !== facts.peer) return false
  }
  return true
}

/**
 * The host that a request asks for and that is not served. Frameworks that trust proxies build links from
 * X-Forwarded-Host, whoever wrote it: it is never believed here, and held to the same list.
 */
function foreignHost(facts: Facts, { admits }: Hosts): string | undefined {
  const host = facts.header('host')
  if (!admits(host)) return host ?? ''
  const forwarded = facts.header('x-forwarded-host')
  return forwarded?.split(',').find((each) => !admits(each.trim()))
}

function unserved(host: string): Refusal {
  const reason =
    host === '' ? 'the request names no host' : `transport.hosts has no ${JSON.stringify(host.slice(0, 100))}`
  return refuse('host-refused', { reason })
}

const LATER = 'Call this over HTTPS, and replace what secrets the request has carried: they were sent in the clear.'

const BY_PROXY =
  'the declared proxy does not say that its client came over HTTPS. Have it write X-Forwarded-Proto: https ' +
  '(proto=https, where client.header is forwarded); where clients may come over plain HTTP, write transport.http: allow'

const DIRECT =
  'the request came over plain HTTP. If a proxy of yours takes HTTPS in front, name its address under client.proxies ' +
  'and have it write X-Forwarded-Proto; where clients may come over plain HTTP, write transport.http: allow'

const refusals = [BY_PROXY, DIRECT].map((reason) => ({
  told: refuse('https-required', { detail: LATER, reason }),
  /** For a developer at this machine, who need not look into the log. */
  shown: refuse('https-required', { detail: `${LATER} (In development: ${reason}.)`, reason }),
}))

function plain({ viaProxy, peer }: Facts, production: boolean): Refusal {
  const { told, shown } = refusals[viaProxy ? 0 : 1] as (typeof refusals)[number]
  return !production && isLoopbackAddress(peer) ? shown : told
}

/** Where a page's request is to be sent; undefined where it must not be: a client that sends a key is no reader of pages. */
function elsewhere(facts: Facts): string | undefined {
  const { method, target } = facts
  const host = facts.header('host')
  if ((method !== 'GET' && method !== 'HEAD') || host === undefined || !TARGET.test(target)) return undefined
  if (facts.header('authorization') !== undefined || facts.header('x-api-key') !== undefined) return undefined
  // The host is one of the list. Its port is that of plain HTTP, and goes.
  return `https://${splitHost(host.toLowerCase()).name}${target}`
}

/** A path in the form in which it may stand in a header. */
const TARGET = /^\/[\u0021-\u007e]*$/

function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? target : target.slice(0, mark)
}
