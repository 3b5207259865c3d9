import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Connection, connectionOf } from './connection.ts'
import type { Core } from './core.ts'
import { GatewayResponse } from './response.ts'

/** How often node looks for requests whose head or whole is late. */
const CHECK_MS = 1000

/** How often it is told at most that connections are refused. */
const TELL_MS = 10_000

export type Listener = Server<typeof IncomingMessage, typeof GatewayResponse>

/** The listener for traffic: node's server, with every answer that it would give by itself taken from it. */
export function createListener(core: Core): Listener {
  const { timeouts, limits } = core
  const server = createServer({
    ServerResponse: GatewayResponse,
    maxHeaderSize: limits.headBytes,
    // Node would answer by itself, without a body.
    requireHostHeader: false,
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    // The watch sees to it: node would set a timer after each answer, and clear it at the next request.
    keepAliveTimeout: 0,
    connectionsCheckingInterval: Math.max(20, Math.min(CHECK_MS, timeouts.headersMs / 10)),
    noDelay: true,
  })
  // Node drops headers above its count in silence, and with them what they say of the framing. We count ourselves.
  server.maxHeadersCount = 0
  server.maxConnections = limits.connections
  let toldMs = Number.NEGATIVE_INFINITY
  server.on('connection', (socket: Socket) => {
    const place = core.peers.enter(socket.remoteAddress)
    if (place !== undefined) {
      new Connection(core, socket, place)
      return
    }
    const nowMs = core.watch.now()
    if (nowMs - toldMs >= TELL_MS) {
      toldMs = nowMs
      const fields = { event: 'connections-of-address', peer: socket.remoteAddress }
      core.log.warn(fields, 'an address has as many connections open as limits.connectionsPerAddress allows')
    }
    socket.destroy()
  })
  server.on('request', take)
  server.on('checkExpectation', take)
  server.on('checkContinue', (req: IncomingMessage, res: GatewayResponse) => {
    continueWhenRead(req, res)
    take(req, res)
  })
  server.on('clientError', (error: Error, socket: Duplex) => connectionOf(socket as Socket)?.fail(error))
  server.on('connect', (_req, socket: Duplex) => connectionOf(socket as Socket)?.tunnel())
  return server
}

function take(req: IncomingMessage, res: GatewayResponse): void {
  connectionOf(req.socket)?.take(req, res)
}

/**
 * Sends 100 when somebody begins to read, so that a refused body is never sent. Whether a client that was answered
 * without it sends its body all the same cannot be known (RFC 9110 §10.1.1), so the connection ends then.
 */
function continueWhenRead(req: IncomingMessage, res: GatewayResponse): void {
  const { shouldKeepAlive } = res
  const read = req._read
  res.shouldKeepAlive = false
  req._read = function readAndContinue(size) {
    req._read = read
    if (!res.headersSent) {
      res.shouldKeepAlive = shouldKeepAlive
      res.writeContinue()
    }
    read.call(req, size)
  }
}
