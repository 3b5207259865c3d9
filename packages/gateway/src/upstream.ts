import type { Socket } from 'node:net'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import type { Limits, Timeouts } from './options.ts'

/** The service behind. */
export interface Upstream {
  /** Kept connections for requests that are there as a whole. */
  readonly pool: Dispatcher
  /** Others for bodies that go on as they come: slow ones can keep only each other waiting. */
  readonly uploads: Dispatcher
  /**
   * The name in the TLS handshake. Without it undici takes it from the Host header, which is the client's to choose, and
   * for plain HTTP looks there in vain.
   */
  readonly servername: string
  close(): Promise<void>
}

/** What the upstream may send before its content. */
const MAX_HEADER_BYTES = 65_536

export function openUpstream(url: URL, timeouts: Timeouts, limits: Limits): Upstream {
  const pool = openPool(url, timeouts, limits.upstreamConnections)
  const uploads = openPool(url, timeouts, limits.uploadConnections)
  return {
    pool,
    uploads,
    servername: url.hostname,
    close: async () => {
      await Promise.all([pool.destroy(), uploads.destroy()])
    },
  }
}

function openPool(url: URL, timeouts: Timeouts, connections: number): Pool {
  const connect = buildConnector({ timeout: timeouts.connectMs })
  return new Pool(url, {
    connections,
    // One request at a time on a connection: behind a slow one, or one that breaks it, no other may wait.
    pipelining: 1,
    keepAliveTimeout: timeouts.upstreamKeepAliveMs,
    keepAliveMaxTimeout: timeouts.upstreamKeepAliveMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    // The watch sees to these: it knows who of the two sides is late.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, done) =>
      connect(options, (...result: Parameters<buildConnector.Callback>) => {
        result[1]?.prependListener('error', noteReuse)
        done(...result)
      }),
  })
}

/** Says of a socket's error whether the socket had served before: see `isStale`. */
function noteReuse(this: Socket, error: Error & { bytesRead?: number }): void {
  error.bytesRead = this.bytesRead
}

/**
 * Whether a request failed because it was sent on a kept connection that the upstream was closing at that moment. No
 * byte of an answer has come; that bytes came before tells that the connection had served.
 */
export function isStale(error: Error): boolean {
  const { code, bytesRead, socket } = error as Error & {
    code?: string
    bytesRead?: number
    socket?: { bytesRead?: number }
  }
  if (code === 'UND_ERR_SOCKET') return (socket?.bytesRead ?? 0) > 0
  return (code === 'ECONNRESET' || code === 'EPIPE') && (bytesRead ?? 0) > 0
}

/** Whether the upstream was too slow to connect, and not absent. */
export function isLate(error: Error): boolean {
  const { code } = error as { code?: string }
  return code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT'
}
