import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { LimitsApi } from './limits-api.ts'
import type { Metrics } from './metrics.ts'

/** What probes ask. */
export interface Health {
  /** Whether new requests are taken: false from the moment on at which the gateway drains. */
  ready(): boolean
}

export interface AdminParts {
  readonly health: Health
  readonly metrics: Metrics
  /** Undefined where there is no token, and so nobody may ask. */
  readonly limits: LimitsApi | undefined
}

const HEADERS = ['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff']
const JSON_TYPE = 'application/json'

/**
 * `/healthz`: the process answers. `/readyz`: it takes requests. `/metrics`: for Prometheus. `/limits`, `/bans` and
 * `/top`: for operators with the token. It listens apart from the traffic, on the loopback address unless told otherwise.
 */
export function createAdmin({ health, metrics, limits }: AdminParts): Server {
  const server = createServer({ maxHeaderSize: 4096, keepAliveTimeout: 5000 }, (req, res) => {
    answer(req, res).catch((error: unknown) => {
      send(res, 500, JSON_TYPE, JSON.stringify({ status: 'failed', detail: (error as Error).message }))
    })
  })
  server.headersTimeout = 5000
  server.requestTimeout = 5000
  server.maxConnections = 64
  return server

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const reads = req.method === 'GET' || req.method === 'HEAD'
    if (reads && req.url === '/healthz') return sendJson(res, 200, { status: 'ok' })
    if (reads && req.url === '/readyz') {
      return health.ready() ? sendJson(res, 200, { status: 'ready' }) : sendJson(res, 503, { status: 'draining' })
    }
    if (reads && req.url === '/metrics') return send(res, 200, metrics.type, await metrics.text())
    const found = await limits?.answer(req)
    if (found === undefined) return sendJson(res, 404, { status: 'not-found' })
    if (found.status === 401) res.setHeader('WWW-Authenticate', 'Bearer')
    sendJson(res, found.status, found.body)
  }
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  send(res, status, JSON_TYPE, JSON.stringify(body))
}

function send(res: ServerResponse, status: number, type: string, text: string): void {
  if (res.headersSent) return
  const headers = ['Content-Type', type, ...HEADERS, 'Content-Length', String(Buffer.byteLength(text))]
  for (const name of res.getHeaderNames()) headers.push(name, String(res.getHeader(name)))
  res.writeHead(status, headers)
  res.end(text)
}
