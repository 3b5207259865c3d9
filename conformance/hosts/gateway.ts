import type { IncomingMessage, ServerResponse } from 'node:http'
import { serve } from '@merlon/gateway'
import { APP_HEADER, delayOf, openLog, parseOrder, type Sight, thrownBy } from '../app.ts'
import { type Host, listen, shut } from './host.ts'
import { answerByNode, failLate, joined, prepareByNode, splitTarget, stallByNode } from './in-process.ts'

/** A gateway for each case, in front of one service that knows nothing of Merlon and believes what it is told. */
export async function openGateway(): Promise<Host> {
  const sights: Sight[] = []
  const { server, port } = await listen((req, res) => {
    answer(req, res, sights).catch(() => res.destroy())
  })
  return {
    name: 'gateway',
    open: async ({ policy, env }) => {
      const { lines, log } = openLog()
      const gateway = await serve({
        policy,
        env,
        log,
        upstream: `http://127.0.0.1:${port}`,
        listen: '127.0.0.1:0',
        admin: false,
        timeouts: { drainMs: 500 },
      })
      return {
        port: Number(new URL(gateway.address).port),
        takeSights: async () => sights.splice(0),
        logged: async () => lines,
        close: () => gateway.close(),
      }
    },
    close: () => shut(server),
  }
}

async function answer(req: IncomingMessage, res: ServerResponse, sights: Sight[]): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of req) chunks.push(chunk)
  const text = new TextDecoder().decode(Buffer.concat(chunks))
  const headers = joined(req.headers)
  const json = /[/+]json\b/i.test(headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : null
  const sight = {
    method: req.method ?? 'GET',
    ...splitTarget(req.url ?? '/'),
    headers,
    text,
    json,
    input: null,
    principal: null,
    client: headers['x-forwarded-for'] ?? '',
    requestId: headers['x-request-id'] ?? '',
    secure: headers['x-forwarded-proto'] === 'https',
  }
  sights.push(sight)
  const order = parseOrder(headers[APP_HEADER.toLowerCase()])
  prepareByNode(res, order)
  await delayOf(order)
  if (order.stall) return stallByNode(res)
  const thrown = thrownBy(order, Error as never)
  if (thrown) return confess(res, thrown[0])
  if (order.throw === 'late') await failLate(res, order)
  answerByNode(res, order, sight)
}

/** The error page of many a framework. */
function confess(res: ServerResponse, error: unknown): void {
  res.statusCode = 500
  res.setHeader('Content-Type', 'text/html')
  res.removeHeader('Content-Length')
  res.end(`<pre>${error instanceof Error ? error.stack : error}</pre>`)
}
