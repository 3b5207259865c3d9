import { beforeAll, describe, expect, test } from 'vitest'
import cases from './fixtures/raw-requests.json' with { type: 'json' }
import { serve } from './serve.ts'
import { type Backend, openBackend, type Seen, valuesOf } from './testing/backend.ts'
import { type RawAnswer, RawClient } from './testing/raw.ts'
import { silentLog } from './testing/silent-log.ts'

type Bytes = string | readonly (string | { readonly repeat: string; readonly times: number })[]

interface Refused {
  readonly name: string
  readonly send: Bytes
  readonly status: number
  readonly code: string
}

interface Passed {
  readonly name: string
  readonly send: Bytes
  readonly method?: string
  readonly body?: string
  /** What must not reach the upstream in any form. */
  readonly absent?: readonly string[]
}

interface Outcome {
  readonly answers: readonly RawAnswer[]
  /** What reached the upstream from this client. */
  readonly seen: readonly Seen[]
  /** What reached it from one that came afterwards. */
  readonly next: readonly Seen[]
}

function bytes(send: Bytes): string {
  if (typeof send === 'string') return send
  return send.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join('')
}

/** Each case has a gateway of its own, so that all can run at once: many end only when the client has been waited for. */
async function attempt(send: Bytes, finish: (client: RawClient) => Promise<RawAnswer[]>): Promise<Outcome> {
  const backend: Backend = await openBackend()
  const gateway = await serve({ upstream: backend.url, listen: '127.0.0.1:0', admin: false, log: silentLog })
  const client = await RawClient.open(gateway.address)
  client.send(bytes(send))
  const answers = await finish(client)
  client.socket.destroy()
  // Whoever comes next on the kept connections to the upstream has to get an answer of their own.
  const before = backend.seen.length
  const answer = await fetch(`${gateway.address}/next`)
  expect(await answer.text()).toBe('ok')
  await gateway.close()
  await backend.close()
  return { answers, seen: backend.seen.slice(0, before), next: backend.seen.slice(before) }
}

const AT_ONCE = 32

async function attemptAll<T extends { name: string; send: Bytes }>(
  all: readonly T[],
  finish: (client: RawClient) => Promise<RawAnswer[]>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const left = [...all]
  const work = async (): Promise<void> => {
    for (let each = left.pop(); each; each = left.pop()) outcomes.set(each.name, await attempt(each.send, finish))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return outcomes
}

describe('refused with one answer, a closed connection, and nothing at the upstream', () => {
  const refused = cases.refused as readonly Refused[]
  let outcomes: Map<string, Outcome>
  beforeAll(async () => {
    outcomes = await attemptAll(refused, (client) => client.closed())
  })

  test.each(refused)('$name', ({ name, status, code }) => {
    const { answers, seen, next } = outcomes.get(name) as Outcome
    expect(answers.map((answer) => answer.status)).toEqual([status])
    const [answer] = answers as [RawAnswer]
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', connection: 'close' })
    expect(JSON.parse(answer.body)).toMatchObject({ status })
    expect(answer.body).toContain(code)
    expect(seen).toEqual([])
    expect(next).toMatchObject([{ url: '/next' }])
  })
})

describe('passed on as one request', () => {
  const passed = cases.passed as readonly Passed[]
  let outcomes: Map<string, Outcome>
  beforeAll(async () => {
    outcomes = await attemptAll(passed, (client) => client.answers(1))
  })

  test.each(passed)('$name', ({ name, method = 'POST', body = '', absent = [] }) => {
    const { answers, seen, next } = outcomes.get(name) as Outcome
    expect(answers).toMatchObject([{ status: 200, body: 'ok' }])
    expect(seen).toMatchObject([{ method, url: '/a', body }])
    const [only] = seen as [Seen]
    for (const text of absent) expect(JSON.stringify(seen)).not.toContain(text)
    expect(valuesOf(only, 'x-forwarded-for')).toEqual(['127.0.0.1'])
    expect(valuesOf(only, 'host')).toHaveLength(1)
    expect(next).toMatchObject([{ url: '/next' }])
  })
})
