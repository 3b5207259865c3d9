import { type Guard, renderAnswer } from '../../guard/guard.ts'
import type { Late } from '../../guard/late.ts'
import type { Single } from '../../guard/single.ts'
import { exchangeOf, exchangeUnder, type FetchExchange, hold } from './exchange.ts'
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
  const { meter, body } = facts
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
  const source =
    facts.body !== body
      ? facts.body?.bytes
      : facts.meter && facts.meter !== meter && request.body
        ? metered(request.body, facts.meter, facts.onRefusal)
        : undefined
  if (source === undefined) return handler(request, ...rest)
  facts.counted = facts.meter
  const headers = new Headers(request.headers)
  if (facts.meter?.encoding) for (const name of ['content-encoding', 'content-length']) headers.delete(name)
  const init = { method: request.method, headers, body: source as BodyInit, duplex: 'half', signal: request.signal }
  const counted = new Request(request.url, init as RequestInit)
  hold(counted, exchange)
  return handler(counted, ...rest)
}

function pairsOf(list: readonly string[]): [string, string][] {
  return Array.from({ length: list.length / 2 }, (_, at) => [list[at * 2] as string, list[at * 2 + 1] as string])
}
