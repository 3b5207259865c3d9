import { afterEach, describe, expect, test } from 'vitest'
import { RawClient } from './testing/raw.ts'
import { closeAll, start } from './testing/start.ts'

afterEach(closeAll)

const HOST = 'Host: gateway.test\r\n'

/** Starts with a log that is kept, and gives its lines once the gateway is closed. */
async function logged(
  act: (address: string) => Promise<unknown>,
  answer?: Parameters<typeof start>[0],
  options: Parameters<typeof start>[1] = {},
): Promise<Record<string, unknown>[]> {
  const texts: string[] = []
  const { gateway } = await start(answer, { ...options, accessLog: { write: (text) => void texts.push(text) } })
  await act(gateway.address)
  await gateway.close()
  return texts
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('the access log', () => {
  test('has a line for each request, with all but its query', async () => {
    let id: string | null = null
    const [line] = await logged(async (address) => {
      const answer = await fetch(`${address}/books/1?token=secret`, { method: 'POST', body: 'a' })
      id = answer.headers.get('x-request-id')
      await answer.text()
    })
    expect(line).toMatchObject({
      event: 'request',
      requestId: id,
      client: '127.0.0.1',
      method: 'POST',
      path: '/books/1',
      status: 200,
      bytes: 2,
    })
    expect(line?.['ms']).toBeGreaterThan(0)
    expect(new Date(String(line?.['time'])).getTime()).toBeGreaterThan(0)
    expect(JSON.stringify(line)).not.toContain('secret')
    expect(line).not.toHaveProperty('refusal')
  })

  test('has refused ones with the code, and no query either', async () => {
    const lines = await logged(async (address) => {
      await fetch(`${address}/a%2Fb?token=secret`)
      const client = await RawClient.open(address)
      client.send(`GET /x?token=secret HTTP/1.1\r\n${HOST}X : y\r\n\r\n`)
      await client.closed()
    })
    expect(lines).toMatchObject([
      { status: 400, refusal: 'path-ambiguous' },
      { status: 400, refusal: 'request-ambiguous', peer: '127.0.0.1' },
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  test('says who broke off', async () => {
    const lines = await logged(
      async (address) => {
        const client = await RawClient.open(address)
        client.send(`GET /cut HTTP/1.1\r\n${HOST}\r\n`)
        await client.closed()
        const other = await RawClient.open(address)
        other.send(`GET /endless HTTP/1.1\r\n${HOST}\r\n`)
        await other.until(() => other.received.includes('\r\n\r\n'))
        other.socket.destroy()
        await new Promise((resolve) => setTimeout(resolve, 50))
      },
      (req, res) => {
        res.write('a')
        if (req.url === '/cut') setTimeout(() => res.destroy(), 20)
      },
    )
    expect(lines).toMatchObject([
      { path: '/cut', cut: 'upstream', bytes: 1 },
      { path: '/endless', cut: 'client', bytes: 1 },
    ])
  })

  test('is written in parts of many lines', async () => {
    const writes: string[] = []
    const { gateway } = await start(undefined, { accessLog: { write: (text) => void writes.push(text) } })
    for (let count = 0; count < 50; count++) await (await fetch(gateway.address)).text()
    await gateway.close()
    expect(writes.join('').trimEnd().split('\n')).toHaveLength(50)
    expect(writes.length).toBeLessThan(10)
  })

  test('takes no line apart that an attacker writes into a path', async () => {
    const lines = await logged(async (address) => {
      await fetch(`${address}/%0A%22,"status":200,"x":"`)
      await fetch(`${address}/${'a'.repeat(5000)}`)
    })
    expect(lines).toHaveLength(2)
    expect(String(lines[1]?.['path']).length).toBeLessThan(2100)
  })
})
