import type { RequestListener } from 'node:http'
import type { Log } from 'merlon'
import type { GuardedRequest, NodeGuard } from 'merlon/node'
import type { AccessLog } from './access-log.ts'
import type { Limits, Timeouts } from './options.ts'
import type { PeerTable } from './peer-table.ts'
import type { Upstream } from './upstream.ts'
import type { Watch } from './watch.ts'

/** What every connection and request of a gateway shares. */
export interface Core {
  readonly guard: NodeGuard
  /** The guard with the relay behind it. */
  readonly guarded: RequestListener
  readonly upstream: Upstream
  readonly watch: Watch
  readonly peers: PeerTable
  readonly log: Log
  readonly access: AccessLog | undefined
  readonly timeouts: Timeouts
  readonly limits: Limits
  /** Whether the upstream sees the client's Host header or its own. */
  readonly hostHeader: 'client' | 'upstream'
  /** Set by `close()`: from then on every answer is its connection's last. */
  draining: boolean
}

export type { GuardedRequest }
