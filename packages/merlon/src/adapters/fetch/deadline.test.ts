import { describe, expect, test } from 'vitest'
import { type FetchHandler, merlon } from '../../fetch.ts'
import type { PolicyInput } from '../../guard/build.ts'

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** How much later than promised a loaded machine may be. */
const MARGIN_MS = 800

function setUp(policy: PolicyInput, handler: (request: Request, signal: AbortSignal) => Response | Promise<Response>) {
  const lines: { level: string; fields: Record<string, unknown> }[] = []
  const at = (level: string) => (fields: object) => void lines.push({ level, fields: { ...fields } })
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  const guard = merlon(policy, { log, env: {} })
  const guarded: FetchHandler<[]> = (request) => handler(request, guard.of(request)?.signal as AbortSignal)
  return {
    guard,
    ask: guard.fetch(guarded, { peer: () => '203.0.113.7' }),
    logged: () => lines.filter(({ fields }) => fields['event'] !== 'finding'),
  }
}

const get = (signal?: AbortSignal) => new Request('https://api.example/slow', signal ? { signal } : {})

/** A body of which only this comes; tells whether it was cancelled. */
function stalling(...chunks: string[]) {
  let cancelled: unknown
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const next = chunks.shift()
      if (next === undefined) return new Promise(() => {})
      controller.enqueue(new TextEncoder().encode(next))
      return undefined
    },
    cancel: (reason) => {
      cancelled = reason ?? 'cancelled'
    },
  })
  return { stream, cancelled: () => cancelled }
}

const post = (body: ReadableStream<Uint8Array>) =>
  new Request('https://api.example/slow', { method: 'POST', body, duplex: 'half' } as RequestInit)

describe('a fetch handler', () => {
  test('that is slow or never ends gets a 503 in its place, and learns of it', async () => {
    let told: AbortSignal | undefined
    const { ask, logged } = setUp({ deadline: '150ms' }, (_, signal) => {
      told = signal
      return new Promise(() => {})
    })
    const beganMs = performance.now()
    const answer = await ask(get())
    const ms = performance.now() - beganMs
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ type: 'urn:merlon:problem:deadline-exceeded' })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(ms).toBeGreaterThanOrEqual(149)
    expect(ms).toBeLessThan(165 + MARGIN_MS)
    expect(told?.reason).toMatchObject({ name: 'TimeoutError' })
    expect(logged()).toMatchObject([{ level: 'info', fields: { event: 'refused', code: 'deadline-exceeded' } }])
  })

  test('that answers late has answered nobody, and the body of its answer is cancelled', async () => {
    const { stream, cancelled } = stalling('late')
    const { ask, logged } = setUp({ deadline: '40ms' }, async () => {
      await later(100)
      return new Response(stream)
    })
    expect((await ask(get())).status).toBe(503)
    await later(100)
    expect(cancelled()).toBe('cancelled')
    expect(logged()).toHaveLength(1)
  })

  test('that fails late is logged, and nobody else learns of it', async () => {
    const { ask, logged } = setUp({ deadline: '40ms' }, async () => {
      await later(100)
      throw new Error('too late to matter')
    })
    expect((await ask(get())).status).toBe(503)
    await later(100)
    expect(logged()).toMatchObject([
      { fields: { event: 'refused' } },
      { level: 'warn', fields: { event: 'failed-late', err: { message: 'too late to matter' } } },
    ])
  })

  test('that ends because its signal was aborted has nothing new to say', async () => {
    const { ask, logged } = setUp(
      { deadline: '40ms' },
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    expect((await ask(get())).status).toBe(503)
    await later(20)
    expect(logged()).toHaveLength(1)
  })

  test('whose client goes away is told so by the same signal, with another reason', async () => {
    const client = new AbortController()
    let told: AbortSignal | undefined
    const { ask } = setUp({ deadline: '10s' }, async (_, signal) => {
      told = signal
      client.abort()
      return new Response()
    })
    await ask(get(client.signal))
    expect(told?.reason).toMatchObject({ name: 'AbortError' })
  })
})

describe('a body', () => {
  test('that does not come gets a 408; its reader gets an error, and its source is let go', async () => {
    const { stream, cancelled } = stalling('abc')
    let thrown: unknown
    const { ask, logged } = setUp({ deadline: { body: '60ms' } }, async (request) => {
      try {
        return new Response(await request.text())
      } catch (error) {
        thrown = error
        throw error
      }
    })
    const answer = await ask(post(stream))
    await later(20)
    expect(answer.status).toBe(408)
    expect(thrown).toBeInstanceOf(Error)
    expect(cancelled()).toBeDefined()
    expect(logged()).toMatchObject([{ level: 'info', fields: { event: 'refused', code: 'request-timeout' } }])
  })

  test('that the guard itself has to read is no other', async () => {
    const { stream } = stalling('{"email":')
    const policy: PolicyInput = {
      deadline: { idle: '60ms' },
      limits: { account: { rate: '5/1m', by: { body: 'email' } } },
    }
    const { ask } = setUp(policy, () => new Response('never'))
    const request = new Request('https://api.example/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as RequestInit)
    expect((await ask(request)).status).toBe(408)
  })

  test('that nobody reads is not the client’s fault', async () => {
    const { ask } = setUp({ deadline: { total: '80ms', body: '30ms' } }, () => new Promise(() => {}))
    expect((await ask(post(stalling('abc').stream))).status).toBe(503)
  })

  test('is whole where it comes in time, in whatever pieces', async () => {
    const chunks = ['a', 'b', 'c']
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await later(20)
        const next = chunks.shift()
        if (next === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(next))
      },
    })
    const { ask } = setUp({ deadline: { idle: '300ms' } }, async (request) => new Response(await request.text()))
    expect(await (await ask(post(body))).text()).toBe('abc')
  })
})

describe('an answer that has begun', () => {
  test('has the time that the policy gives to answers, and then breaks off', async () => {
    const { stream, cancelled } = stalling('the first part')
    const { ask, logged } = setUp({ deadline: { answer: '60ms' } }, () => new Response(stream))
    const answer = await ask(get())
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(cancelled()).toMatchObject({ name: 'TimeoutError' })
    expect(logged()).toMatchObject([{ fields: { event: 'refused', code: 'deadline-exceeded' } }])
  })

  test('is whole where it ends in time', async () => {
    const { ask } = setUp({ deadline: { answer: '10s' } }, () => new Response('all of it'))
    expect(await (await ask(get())).text()).toBe('all of it')
  })

  test('goes on where it has no time of its own', async () => {
    const { ask } = setUp({ deadline: '40ms' }, () => {
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          await later(120)
          controller.enqueue(new TextEncoder().encode('done'))
          controller.close()
        },
      })
      return new Response(body)
    })
    expect(await (await ask(get())).text()).toBe('done')
  })
})

test('off sets no time, and leaves the body as it is', async () => {
  const { ask } = setUp({ deadline: 'off', size: 'off' }, async (request) => new Response(await request.text()))
  const request = new Request('https://api.example/', { method: 'POST', body: 'abc' })
  expect(await (await ask(request)).text()).toBe('abc')
})

test('an inline route shortens it', async () => {
  const guard = merlon({ deadline: '10s' }, { log: { debug() {}, info() {}, warn() {}, error() {} }, env: {} })
  const ask = guard.fetch(guard.route({ deadline: '60ms' }, () => new Promise(() => {})))
  expect((await ask(get())).status).toBe(503)
})
