import { createServer, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../contract/answer.ts'
import { hookWriteHead } from './write-head.ts'

/** What a client gets from a handler under a hook that suggests, sets, removes and varies. */
async function answer(
  handler: (res: ServerResponse) => void,
): Promise<{ status: number; raw: string[]; message: string }> {
  const server = createServer((_req, res) => {
    const leave = (out: Answer) => {
      out.suggest('X-Suggested', 'x-suggested', 'guard')
      out.set('X-Forced', 'x-forced', 'guard')
      out.remove('x-powered-by')
      out.vary('Origin')
    }
    hookWriteHead(res, { leave, left: false, outer: undefined })
    handler(res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await new Promise((resolve, reject) => {
      const req = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, (res) => {
        res.resume()
        res.on('end', () =>
          resolve({ status: res.statusCode ?? 0, raw: res.rawHeaders, message: res.statusMessage ?? '' }),
        )
      })
      req.on('error', reject)
      req.end()
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

function values(raw: readonly string[], name: string): string[] {
  return raw.filter((_value, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === name)
}

const ways: Record<string, (res: ServerResponse) => void> = {
  'setHeader and end': (res) => {
    res.statusCode = 201
    res.setHeader('X-Forced', 'handler')
    res.setHeader('X-Suggested', 'handler')
    res.setHeader('X-Powered-By', 'Express')
    res.setHeader('Vary', 'Accept')
    res.setHeader('Set-Cookie', ['a=1', 'b=2'])
    res.end('hello')
  },
  'writeHead with an object': (res) => {
    res.setHeader('X-Suggested', 'earlier')
    res.writeHead(201, {
      'X-Forced': 'handler',
      'x-suggested': 'handler',
      'X-Powered-By': 'Express',
      Vary: 'Accept',
      'Set-Cookie': ['a=1', 'b=2'],
    })
    res.end('hello')
  },
  'writeHead with a list': (res) => {
    res.writeHead(201, 'Made', [
      ...['X-Forced', 'handler', 'X-Suggested', 'handler', 'X-Powered-By', 'Express'],
      ...['Vary', 'Accept', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'],
    ])
    res.end('hello')
  },
  'write, flushed early': (res) => {
    res.statusCode = 201
    for (const [name, value] of [
      ['X-Forced', 'handler'],
      ['X-Suggested', 'handler'],
      ['x-powered-by', 'Express'],
      ['Vary', 'Accept'],
    ] as const) {
      res.setHeader(name, value)
    }
    res.appendHeader('Set-Cookie', 'a=1')
    res.appendHeader('Set-Cookie', 'b=2')
    res.flushHeaders()
    res.write('hel')
    res.end('lo')
  },
}

describe('the headers of an answer', () => {
  test.each(Object.entries(ways))('are the guard’s and the handler’s after %s', async (_name, handler) => {
    const { status, raw } = await answer(handler)
    expect(status).toBe(201)
    expect(values(raw, 'x-forced')).toEqual(['guard'])
    expect(values(raw, 'x-suggested')).toEqual(['handler'])
    expect(values(raw, 'x-powered-by')).toEqual([])
    expect(values(raw, 'vary')).toEqual(['Accept, Origin'])
    expect(values(raw, 'set-cookie')).toEqual(['a=1', 'b=2'])
  })

  test('keep the status message that the handler gave', async () => {
    expect((await answer((res) => res.writeHead(200, 'Fine').end())).message).toBe('Fine')
  })

  test('are there on an answer without any of the handler’s', async () => {
    const { raw } = await answer((res) => res.end())
    expect(values(raw, 'x-suggested')).toEqual(['guard'])
    expect(values(raw, 'vary')).toEqual(['Origin'])
  })

  test('can be read back by loggers after they are sent', async () => {
    let read: unknown
    await answer((res) => {
      res.setHeader('Content-Length', '2')
      res.end('ok')
      read = res.getHeader('content-length')
    })
    expect(read).toBe('2')
  })

  test('refuse to be split by a value', async () => {
    let thrown: unknown
    await answer((res) => {
      try {
        res.writeHead(200, ['X-A', 'b\r\nSet-Cookie: evil=1'])
      } catch (error) {
        thrown = error
      }
      res.end()
    })
    expect(thrown).toMatchObject({ code: 'ERR_INVALID_CHAR' })
  })
})

describe('the lines of a guard', () => {
  /** Hooked as Express' prototypes are: with node's own `writeHead` behind it. */
  async function answerOf(leave: (out: Answer) => void, handler: (res: ServerResponse) => void): Promise<string> {
    let failed = ''
    const server = createServer((_req, res) => {
      hookWriteHead(res, { leave, left: false, outer: undefined })
      try {
        handler(res)
      } catch (error) {
        failed = (error as { code?: string }).code ?? String(error)
        res.socket?.destroy()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      return await new Promise((resolve) => {
        let text = ''
        const socket = connect(port, '127.0.0.1', () =>
          socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
        )
        socket.setEncoding('latin1').on('data', (chunk: string) => {
          text += chunk
        })
        socket.on('error', () => {})
        socket.on('close', () => resolve(failed || text))
      })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('stand within the head, once, whether or not the handler has set headers', async () => {
    const leave = (out: Answer) => out.append('X-Guard', 'a')
    const handlers: ((res: ServerResponse) => void)[] = [
      (res) => res.end('hello'),
      (res) => res.writeHead(200, { 'X-Own': 'b' }).end('hello'),
      (res) => res.setHeader('X-Own', 'b').end('hello'),
      (res) => {
        res.setHeader('X-Own', 'b')
        res.writeHead(200, 'Fine', { 'X-More': 'c' })
        res.write('hel')
        res.end('lo')
      },
    ]
    for (const handler of handlers) {
      const [head = '', body] = (await answerOf(leave, handler)).split('\r\n\r\n')
      expect(head.split('\r\n').filter((line) => line === 'X-Guard: a')).toHaveLength(1)
      expect(head).not.toContain('\r\n\r\n')
      expect(body).toContain('hel')
    }
  })

  test('never split an answer: what node would not send is not sent', async () => {
    for (const handler of [
      (res: ServerResponse) => res.end('x'),
      (res: ServerResponse) => res.writeHead(200, { a: 'b' }).end(),
    ]) {
      expect(await answerOf((out) => out.append('X-Guard', 'a\r\nX-Split: b'), handler)).toBe('ERR_INVALID_CHAR')
    }
  })

  test('go out with a head that node sends at once', async () => {
    const text = await answerOf(
      (out) => out.append('X-Guard', 'a'),
      (res) => res.setHeader('Expect', '100-continue').end('hello'),
    )
    expect(text.split('\r\n\r\n')[0]).toContain('X-Guard: a')
  })

  test('leave out what was taken out, and what is read back afterwards agrees', async () => {
    let read: unknown
    const text = await answerOf(
      (out) => out.remove('x-powered-by'),
      (res) => {
        res.setHeader('X-Powered-By', 'Express')
        res.setHeader('X-Own', 'b')
        res.end('hello')
        read = res.getHeaders()
      },
    )
    expect(text).not.toContain('X-Powered-By')
    expect(text).toContain('X-Own: b')
    expect({ ...(read as object) }).toEqual({ 'x-own': 'b' })
  })
})
