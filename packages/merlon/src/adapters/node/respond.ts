import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Rendered } from '../../contract/defence.ts'
import { type BodyGate, hasBody } from './body-gate.ts'
import { seal } from './seal.ts'

/** What may stay unread of a request that was refused; more, and the connection is closed instead. */
const DRAIN_BYTES = 65_536

/** How long a client has to take a refusal before its connection is cut. */
const LINGER_MS = 1000

/**
 * Sends what the guard answers by itself, and takes the response out of the handler's hands. The rest of a large body
 * is not read; cutting the connection at once would reset it before the client has read why (RFC 9112 §9.6), so it
 * lingers for a moment.
 */
export function respond(
  req: IncomingMessage,
  res: ServerResponse,
  rendered: Rendered,
  close: boolean,
  gate: BodyGate | undefined,
): void {
  if (res.headersSent) {
    // The answer has begun: ending it cleanly would pass a part off as the whole.
    seal(res)
    req.socket.destroy()
    return
  }
  const ends = close || leavesMuch(req)
  const body = req.method === 'HEAD' || rendered.status === 204 || rendered.status === 304 ? '' : rendered.body
  const list = [...rendered.headers]
  if (rendered.status !== 204 && rendered.status !== 304)
    list.push('Content-Length', String(Buffer.byteLength(rendered.body)))
  if (ends) list.push('Connection', 'close')
  for (const name of res.getHeaderNames()) res.removeHeader(name)
  res.writeHead(rendered.status, list)
  const end = res.end.bind(res)
  if (!ends || req.complete) {
    end(body)
  } else {
    res.write(body)
    linger(req, gate, end)
  }
  seal(res)
}

function leavesMuch(req: IncomingMessage): boolean {
  if (req.complete || !hasBody(req.headers)) return false
  const length = req.headers['content-length']
  return length === undefined || Number(length) > DRAIN_BYTES
}

function linger(req: IncomingMessage, gate: BodyGate | undefined, end: () => void): void {
  const { socket } = req
  const finish = () => {
    clearTimeout(timer)
    socket.off('close', finish)
    end()
    socket.destroySoon()
  }
  const timer = setTimeout(finish, LINGER_MS)
  timer.unref()
  socket.once('close', finish)
  if (gate) gate.onComplete(finish)
  else req.once('end', finish)
  req.resume()
}
