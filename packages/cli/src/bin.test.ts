import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the process takes SIGTERM: what is in flight finishes, all that was logged is out, and it ends with 0', async () => {
  const server = createServer((_req, res) => {
    process.kill(child.pid as number, 'SIGTERM')
    setTimeout(() => res.end('finished'), 300)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const bin = fileURLToPath(new URL('bin.ts', import.meta.url))
  const flags = ['--upstream', `http://127.0.0.1:${port}`, '--listen', '127.0.0.1:0', '--admin', 'off']
  const child = spawn(process.execPath, ['--import', 'tsx', bin, 'serve', ...flags], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  })
  let text = ''
  let errors = ''
  const listening = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk
      const address = /"event":"listening","address":"([^"]+)"/.exec(text)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk
    })
    child.on('exit', () => reject(new Error(errors)))
  })
  const ended = once(child, 'exit')
  expect(await (await fetch(await listening)).text()).toBe('finished')
  expect(await ended).toEqual([0, null])
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string })
  expect(lines.map(({ event }) => event)).toEqual(['policy', 'listening', 'draining', 'request', 'closed'])
  server.close()
})
