import { createServer, type Server, type ServerResponse } from 'node:http'

/** What probes ask. */
export interface Health {
  /** Whether new requests are taken: false from the moment on at which the gateway drains. */
  ready(): boolean
}

const HEADERS = ['Content-Type', 'application/json', 'Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff']

/**
 * `/healthz`: the process answers. `/readyz`: it takes requests. It listens apart from the traffic, on the loopback
 * address unless told otherwise, and has nothing else to say yet.
 */
export function createAdmin(health: Health): Server {
  const server = createServer({ maxHeaderSize: 4096, keepAliveTimeout: 5000 }, (req, res) => {
    const known = req.method === 'GET' || req.method === 'HEAD'
    if (known && req.url === '/healthz') send(res, 200, { status: 'ok' })
    else if (known && req.url === '/readyz') {
      if (health.ready()) send(res, 200, { status: 'ready' })
      else send(res, 503, { status: 'draining' })
    } else send(res, 404, { status: 'not-found' })
  })
  server.headersTimeout = 5000
  server.requestTimeout = 5000
  server.maxConnections = 64
  return server
}

function send(res: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  res.writeHead(status, [...HEADERS, 'Content-Length', String(Buffer.byteLength(text))])
  res.end(text)
}
