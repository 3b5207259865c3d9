import createError from 'http-errors'
import { type GuardedRequest, merlon, problem } from 'merlon/node'
import { APP_HEADER, delayOf, type MakeProblem, parseOrder, recount, thrownBy } from '../app.ts'
import type { Host } from './host.ts'
import { answerByNode, failLate, joined, openInProcess, prepareByNode, splitTarget, stallByNode } from './in-process.ts'

export const node: Host = {
  name: 'node',
  open: (setting) =>
    openInProcess(setting, ({ policy, options, see }) =>
      merlon(policy, options).listener(async (req, res) => {
        const { path, query } = splitTarget(req.url ?? '/')
        const bytes = req.merlon.body?.bytes ?? (await read(req))
        const text = new TextDecoder().decode(bytes)
        const headers = joined(req.headers)
        const { method = 'GET' } = req
        const { client, requestId, secure, input, principal = null } = req.merlon
        const json = /[/+]json\b/i.test(headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : null
        const guarded = { input, principal, client: client.address, requestId, secure }
        const sight = { method, path, query, headers, text, json, ...guarded }
        see(sight)
        const order = parseOrder(req.headers[APP_HEADER.toLowerCase()] as string | undefined)
        prepareByNode(res, order, () => req.merlon.nonce)
        recount(order, req.merlon.limits)
        await delayOf(order)
        if (order.stall) return stallByNode(res)
        const thrown = thrownBy(order, problem as MakeProblem, createError)
        if (thrown) throw thrown[0]
        if (order.throw === 'late') await failLate(res, order)
        answerByNode(res, order, sight)
      }),
    ),
  close: async () => {},
}

async function read(req: GuardedRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks)
}
