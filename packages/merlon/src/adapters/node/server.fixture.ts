import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Log } from '../../contract/log.ts'

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

export interface Got {
  readonly status: number
  /** Names in lower case; lines of one name joined. */
  readonly headers: Record<string, string>
  readonly text: string
  /** Lines as they came, by name in lower case. */
  readonly lines: (name: string) => readonly string[]
}

/** Listens until the test is over; gives what sends requests to it. */
export async function serve(app: unknown): Promise<(sent?: Sent) => Promise<Got>> {
  const server: Server = createServer(app as Parameters<typeof createServer>[1])
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return ({ method = 'GET', path = '/', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const req = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
        let text = ''
        res.setEncoding('utf8')
        res.on('data', (chunk) => {
          text += chunk
        })
        const lines = (name: string) =>
          res.rawHeaders.filter((_, at) => at % 2 === 1 && res.rawHeaders[at - 1]?.toLowerCase() === name)
        res.on('end', () =>
          resolve({ status: res.statusCode ?? 0, headers: res.headers as Record<string, string>, text, lines }),
        )
        res.on('error', reject)
      })
      req.on('error', reject)
      req.end(body)
    })
}

export const json = (value: unknown): Sent => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

export interface Line {
  readonly level: string
  readonly fields: Record<string, unknown>
  readonly message: string
}

export function recorder(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = []
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: fields as Record<string, unknown>, message })
  }
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines }
}
