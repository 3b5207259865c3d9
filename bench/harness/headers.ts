import { connect } from 'node:net'
import { GET } from './load.ts'

/** What belongs to one answer or connection, or comes from the upstream. */
const NOT_FIXED = /^(?:content-length|content-type|date|connection|keep-alive|ratelimit|x-request-id)$/i

/** The headers that a gateway puts on every answer, as a flat list: what another one has to send to do as much. */
export async function headersOf(port: number): Promise<string[]> {
  const head = await headOf(port)
  const list: string[] = []
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (!NOT_FIXED.test(name)) list.push(name, line.slice(colon + 1).trim())
  }
  return list
}

function headOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(GET))
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.destroy()
      resolve(text.slice(0, end))
    })
  })
}
