import { type FetchGuard, merlon, problem } from 'merlon/fetch'
import { APP_HEADER, delayOf, type MakeProblem, openLog, parseOrder, recount, type Sight, thrownBy } from '../app.ts'
import type { AppOrder } from '../format.ts'
import { codeFor } from '../schemas.ts'
import type { Setting } from './host.ts'
import { CASE_HEADER, READ_PATH } from './workerd-words.ts'

/** Put in when the worker is bundled. */
declare const SETTINGS: readonly Setting[]

interface Stage {
  readonly handle: (request: Request) => Promise<Response>
  readonly sights: Sight[]
  readonly lines: unknown[]
}

// At module scope, as a worker builds its guard: there is no I/O, randomness or timer here.
const stages = new Map(SETTINGS.map((setting) => [setting.id, makeStage(setting)]))

export default {
  async fetch(request: Request): Promise<Response> {
    const stage = stages.get(request.headers.get(CASE_HEADER) ?? '')
    if (!stage) return new Response('no such case', { status: 421 })
    if (new URL(request.url).pathname === READ_PATH) {
      return Response.json({ sights: stage.sights.splice(0), lines: stage.lines })
    }
    const headers = new Headers(request.headers)
    headers.delete(CASE_HEADER)
    return stage.handle(new Request(request, { headers }))
  },
}

function makeStage({ policy, env }: Setting): Stage {
  const { lines, log } = openLog()
  const sights: Sight[] = []
  try {
    const guard = merlon(policy, { log, env, code: codeFor(policy) })
    const handle = guard.fetch(async (request) => {
      const sight = await look(guard, request)
      sights.push(sight)
      const order = parseOrder(request.headers.get(APP_HEADER))
      recount(order, guard.of(request)?.limits)
      return answer(order, sight, () => guard.of(request)?.nonce ?? '')
    })
    return { handle, sights, lines }
  } catch (error) {
    // One policy that cannot be built must not take the other cases along.
    return { handle: async () => new Response(String(error), { status: 500 }), sights, lines }
  }
}

async function look(guard: FetchGuard, request: Request): Promise<Sight> {
  const { pathname, search } = new URL(request.url)
  const text = await request.text()
  const view = guard.of(request)
  const json = /[/+]json\b/i.test(request.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : null
  return {
    method: request.method,
    path: pathname,
    query: search.slice(1),
    headers: Object.fromEntries(request.headers),
    text,
    json,
    input: view?.input ?? null,
    principal: view?.principal ?? null,
    client: view?.client.address ?? '',
    requestId: view?.requestId ?? '',
    secure: view?.secure ?? false,
  }
}

async function answer(order: AppOrder, sight: Sight, nonceOf: () => string): Promise<Response> {
  await delayOf(order)
  const thrown = thrownBy(order, problem as MakeProblem)
  if (thrown) throw thrown[0]
  const headers = new Headers()
  for (const [name, value] of order.headers ?? []) headers.append(name, value)
  if (order.nonce) headers.set('X-Nonce', nonceOf())
  const { status = 200 } = order
  if (order.stall) return new Response(stalling(), { status, headers })
  if (order.throw === 'late') return new Response(breaking(), { status, headers })
  if (order.body === undefined && !headers.has('content-type')) headers.set('Content-Type', 'application/json')
  const empty = status === 204 || status === 304
  return new Response(empty ? null : (order.body ?? JSON.stringify(sight)), { status, headers })
}

/** A body that fails after its first part. */
function breaking(): ReadableStream<Uint8Array> {
  let begun = false
  return new ReadableStream({
    pull(controller) {
      if (begun) controller.error(new Error('the rest failed'))
      else controller.enqueue(new TextEncoder().encode('the first part'))
      begun = true
    },
  })
}

/** A body that comes to no end after its first part. */
function stalling(): ReadableStream<Uint8Array> {
  let begun = false
  return new ReadableStream({
    pull(controller) {
      if (begun) return new Promise(() => {})
      begun = true
      controller.enqueue(new TextEncoder().encode('the first part'))
      return undefined
    },
  })
}
