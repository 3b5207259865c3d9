import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { NodeGuard } from '../node.ts'

/** Sends a request to a guard without a network, as if from that address; gives the status. */
export function request(guard: NodeGuard, address: string, line: string): Promise<number> {
  const [method = 'GET', url = '/'] = line.split(' ')
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: address })
  const req = Object.assign(new IncomingMessage(socket), { method, url, httpVersion: '1.1' })
  req.headers['host'] = 'api.example'
  if (method === 'POST') {
    req.headers['content-type'] = 'application/json'
    req.headers['content-length'] = '25'
    req.push('{"email":"ann@b.example"}')
  }
  req.push(null)
  const res = new ServerResponse(req)
  return new Promise((resolve) => {
    const end = res.end.bind(res)
    res.end = ((...given: Parameters<typeof end>) => {
      resolve(res.statusCode)
      return end(...given)
    }) as typeof res.end
    guard.listener((_req, answer) => answer.end())(req, res)
  })
}
