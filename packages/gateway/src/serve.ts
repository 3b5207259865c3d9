import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Counters, Log, PolicyInput } from 'merlon'
import { definePolicy, MeasuredCounters, memoryCounters, merlon } from 'merlon/node'
import { AccessLog, type LogSink } from './access-log.ts'
import { addressUrl, type ListenAddress, OptionError, parseListen, parseUpstream } from './address.ts'
import { LimitsApi } from './admin/limits-api.ts'
import { DecisionTimes, openMetrics } from './admin/metrics.ts'
import { createAdmin } from './admin/server.ts'
import { openToken } from './admin/token.ts'
import { TopClients } from './admin/top-clients.ts'
import type { Core } from './core.ts'
import { drain } from './drain.ts'
import { defaultLimits, defaultTimeouts, fill, type Limits, type Timeouts } from './options.ts'
import { PeerTable } from './peer-table.ts'
import { relayOf } from './relay.ts'
import { createListener, type Listener } from './server.ts'
import { openUpstream } from './upstream.ts'
import { Watch } from './watch.ts'

export interface ServeOptions {
  /** As written, or as `readPolicy` gives it. Default: `{}`, which is a hardened API. */
  readonly policy?: PolicyInput
  /** Origin of the service to protect: `http://127.0.0.1:4000`. */
  readonly upstream: string | URL
  /** Where to listen. Port 0 takes a free one. Default `127.0.0.1:8080`. */
  readonly listen?: string
  /** Where `/healthz`, `/readyz`, `/metrics` and limits for operators answer, or `false`. Default `127.0.0.1:9090`. */
  readonly admin?: string | false
  /**
   * The file with the token that operators of limits show. It is made where there is none, and only its owner may read
   * it. Default: none, and limits are not shown to anybody.
   */
  readonly adminToken?: string | false
  /** Where limits count. Default: in this process. */
  readonly counters?: Counters
  /** Whose Host header the upstream sees. Default `client`, which lets it make links that work. */
  readonly hostHeader?: 'client' | 'upstream'
  /** What `${NAME}` in the policy stands for. Default: the process' environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Diagnostics. Default: lines of JSON on stderr. */
  readonly log?: Log
  /** Takes the access log's lines. Default: none is written. */
  readonly accessLog?: LogSink | false
  readonly timeouts?: Partial<Timeouts>
  readonly limits?: Partial<Limits>
  /** Monotonic milliseconds, for tests. */
  readonly now?: () => number
}

export interface Gateway {
  /** `http://127.0.0.1:8080` */
  readonly address: string
  /** `http://127.0.0.1:9090`; undefined where there is none. */
  readonly adminAddress: string | undefined
  /**
   * Stops: `/readyz` says so, no connection is taken any more, requests in flight finish within `drainMs`, the rest is
   * cut. Calling it again waits for the same end.
   */
  close(): Promise<void>
}

/**
 * Starts a gateway: the guard of a policy in front of one service.
 *
 * @throws PolicyError with every mistake of the policy, at the line of this call where it was written there; that it uses
 * code by name is one, as there is no program here
 * @throws OptionError for an option that cannot be used
 * @throws TypeError for a secret in a file that cannot be read
 * @throws the system's error where an address cannot be listened on
 */
export async function serve(options: ServeOptions): Promise<Gateway> {
  // First, while it is known who called.
  const policy = definePolicy(options.policy ?? {}, serve)
  const limits = fill('limits', defaultLimits, options.limits)
  const listen = parseListen('listen', options.listen ?? '127.0.0.1:8080')
  const admin = options.admin === false ? undefined : parseListen('admin', options.admin ?? '127.0.0.1:9090')
  const url = parseUpstream('upstream', options.upstream)
  const { env, log, hostHeader = 'client', accessLog = false } = options
  if (hostHeader !== 'client' && hostHeader !== 'upstream') {
    throw new OptionError('hostHeader', '"client" or "upstream"', hostHeader)
  }
  const times = new DecisionTimes()
  const counters = new MeasuredCounters(options.counters ?? memoryCounters(), times.took)
  const guard = merlon(policy, { code: false, counters, ...(env && { env }), ...(log && { log }) })
  const token = admin === undefined || !options.adminToken ? undefined : openToken(options.adminToken)
  await guard.ready()
  const { headersTimeout } = guard.serverOptions
  const fromPolicy = { ...defaultTimeouts, ...(headersTimeout > 0 && { headersMs: headersTimeout }) }
  const timeouts = fill('timeouts', fromPolicy, options.timeouts)
  const now = options.now ?? (() => performance.now())
  const { bodyIdleMs, upstreamIdleMs, sendIdleMs, keepAliveMs } = timeouts
  const core: Core = {
    guard,
    guarded: guard.listener((req, res) => relayOf(res).forward(req), {
      onLate: (_req, res, code) => relayOf(res).late(code),
    }),
    upstream: openUpstream(url, timeouts, limits),
    watch: new Watch(Math.min(bodyIdleMs, upstreamIdleMs, sendIdleMs, keepAliveMs), now),
    log: guard.log,
    access: accessLog === false ? undefined : new AccessLog(accessLog, Date.now, now),
    timeouts,
    limits,
    hostHeader,
    peers: new PeerTable(limits.connectionsPerAddress),
    draining: false,
  }
  const listener = createListener(core)
  const top = new TopClients()
  guard.on('refused', ({ client }) => top.note(client))
  const health = createAdmin({
    health: { ready: () => !core.draining },
    metrics: openMetrics(guard, counters, times),
    limits: token && new LimitsApi(guard.limits, token, top),
  })
  try {
    if (admin !== undefined) await open(health, admin, guard.log)
    await open(listener, listen, guard.log)
  } catch (error) {
    health.close()
    core.watch.close()
    await core.upstream.close()
    throw error
  }
  let closing: Promise<void> | undefined
  return {
    address: urlOf(listener),
    adminAddress: admin === undefined ? undefined : urlOf(health),
    close: () => {
      closing ??= drain(core, listener, health)
      return closing
    },
  }
}

async function open(server: Server | Listener, { host, port }: ListenAddress, log: Log): Promise<void> {
  server.listen(port, host)
  await once(server, 'listening')
  // A connection that could not be taken, for want of descriptors: the next one may be.
  server.on('error', (error) => log.error({ event: 'accept-failed', err: error }, 'a connection could not be taken'))
}

function urlOf(server: Server | Listener): string {
  const { address, port } = server.address() as AddressInfo
  return addressUrl(address, port)
}
