import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { merlon as merlonExpress } from '../../express.ts'
import { merlon } from '../../node.ts'

test('a server made with the guard’s options ends a head that does not come', async () => {
  const guard = merlon({ deadline: { headers: '100ms' } })
  const server = createServer(
    guard.serverOptions,
    guard.listener((_req, res) => res.end()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nX: a')
  await once(socket, 'close')
  expect(received).toContain('HTTP/1.1 408')
  server.close()
})

test('they say what the policy says, and nothing where it sets no time', () => {
  expect(merlon().serverOptions).toEqual({ headersTimeout: 10_000, connectionsCheckingInterval: 1000 })
  expect(merlonExpress({ deadline: { headers: '2s' } }).serverOptions.headersTimeout).toBe(2000)
  expect(merlon({ deadline: 'off' }).serverOptions.headersTimeout).toBe(0)
})
