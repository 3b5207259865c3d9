import type { Guard } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import { paceOf } from '../../guard/pace.ts'
import { renderAnswer } from '../../guard/render-answer.ts'
import type { Single } from '../../guard/single.ts'
import { exchangeOf, exchangeUnder, type FetchExchange, hold } from './exchange.ts'
import type { FetchFacts } from './facts.ts'
import { type FetchHandler, guardFetch, type PeerOf } from './handle.ts'
import { metered } from './metered.ts'

const UNGUARDED =
  'guard.route acts on requests of its own guard; write guard.fetch(handler) around it, and hand on the request that it gives'

/** The handler behind an inline route. */
export function routed<Rest extends unknown[]>(
  guard: Guard,
  late: Late,
  handler: FetchHandler<Rest>,
): FetchHandler<Rest> {
  return (request, ...rest) => {
    const exchange = exchangeUnder(request, guard)
    if (!exchange) throw new TypeError(UNGUARDED)
    return join(exchange, late, request, handler, rest)
  }
}

/** The handler behind a defence by itself. */
export function alone<Rest extends unknown[]>(
  { guard, late }: Single,
  handler: FetchHandler<Rest>,
  peerOf: PeerOf<Rest>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const opened = guardFetch(guard, routed(guard, late, handler), peerOf)
  return async (request, ...rest) => {
    const exchange = exchangeOf(request)
    return exchange ? join(exchange, late, request, handler, rest) : opened(request, ...rest)
  }
}

async function join<Rest extends unknown[]>(
  exchange: FetchExchange,
  late: Late,
  request: Request,
  handler: FetchHandler<Rest>,
  rest: Rest,
): Promise<Response> {
  const { guard, facts } = exchange
  const before = { meter: facts.meter, body: facts.body, query: facts.query, peekedBytes: facts.peekedBytes }
  facts.given = request
  const verdict = await guard.late(facts, late)
  // What has joined may have a shorter deadline.
  exchange.race.hand()
  // Whoever has opened the request answers in place of this.
  if (verdict?.kind === 'refuse') return new Response(null, { status: 500 })
  if (verdict?.kind === 'answer') {
    const { status, headers } = renderAnswer(verdict)
    return new Response(null, { status, headers: new Headers(pairsOf(headers)) })
  }
  const given = again(facts, request, before)
  if (given !== request) hold(given, exchange)
  return handler(given, ...rest)
}

/** The request as what has joined leaves it: its body counted, timed or validated, its query stripped. */
function again(
  facts: FetchFacts,
  request: Request,
  before: Pick<FetchFacts, 'meter' | 'body' | 'query' | 'peekedBytes'>,
): Request {
  const url = facts.query === before.query ? request.url : withQuery(request.url, facts.query)
  const source = request.body ? sourceOf(facts, request.body, before) : undefined
  if (source === undefined) return url === request.url ? request : new Request(url, request)
  facts.counted = facts.meter
  const headers = new Headers(request.headers)
  // What was validated is written anew, and need not be as long as what came.
  if (facts.body && headers.has('content-length')) headers.set('content-length', String(facts.body.bytes.length))
  if (facts.meter?.encoding) for (const name of ['content-encoding', 'content-length']) headers.delete(name)
  const init = { method: request.method, headers, body: source as BodyInit, duplex: 'half', signal: request.signal }
  return new Request(url, init as RequestInit)
}

/** Undefined where the body goes on as it is. */
function sourceOf(
  facts: FetchFacts,
  body: ReadableStream<Uint8Array>,
  before: Pick<FetchFacts, 'meter' | 'body' | 'peekedBytes'>,
): Uint8Array | ReadableStream<Uint8Array> | undefined {
  if (facts.body !== before.body) return facts.body?.bytes
  if (facts.peekedBytes !== before.peekedBytes) return facts.peekedBytes
  // Where a deadline has joined.
  const times = paceOf(facts) !== undefined && facts.arrival === undefined
  const stream = times ? facts.timed(body) : body
  if (facts.meter && facts.meter !== before.meter) return metered(stream, facts.meter, facts.onRefusal)
  return times ? stream : undefined
}

function withQuery(url: string, query: string): string {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  return query === '' ? path : `${path}?${query}`
}

function pairsOf(list: readonly string[]): [string, string][] {
  return Array.from({ length: list.length / 2 }, (_, at) => [list[at * 2] as string, list[at * 2 + 1] as string])
}
