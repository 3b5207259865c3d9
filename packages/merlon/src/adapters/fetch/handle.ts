import { Answer } from '../../contract/answer.ts'
import type { Rendered } from '../../contract/defence.ts'
import type { Refusal } from '../../contract/verdict.ts'
import type { Guard } from '../../guard/guard.ts'
import { paceOf } from '../../guard/pace.ts'
import { renderAnswer } from '../../guard/render-answer.ts'
import { View } from '../../guard/view.ts'
import { exchangeOf, hold } from './exchange.ts'
import { FetchFacts } from './facts.ts'
import { Race } from './race.ts'
import { TimedAnswer } from './timed-answer.ts'
import { untilOver } from './until-over.ts'

/** A fetch handler; `rest` is what the runtime adds: `env` and `ctx` in Workers, `info` in Deno. */
export type FetchHandler<Rest extends unknown[]> = (request: Request, ...rest: Rest) => Response | Promise<Response>

/** Tells the address of the socket's other end, where the runtime keeps it apart from the request. */
export type PeerOf<Rest extends unknown[]> = (request: Request, ...rest: Rest) => string | undefined

const PEER_UNKNOWN =
  'the runtime does not say who is calling, so limits by address count all clients as one; write ' +
  'guard.fetch(handler, { peer: (request, info) => … }) with the address that the runtime gives'

export function guardFetch<Rest extends unknown[]>(
  guard: Guard,
  handler: FetchHandler<Rest>,
  peerOf: PeerOf<Rest>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const { now } = guard.platform
  let warned = false
  return (request, ...rest) => {
    const onRefusal = (refusal: Refusal) => {
      if (!facts.refusal) guard.refused(facts, refusal)
    }
    const facts: FetchFacts = new FetchFacts(request, peerOf(request, ...rest), onRefusal, now)
    if (!warned && facts.peer === undefined && !guard.bare) {
      warned = true
      guard.log.warn({ event: 'misuse', code: 'peer-unknown' }, PEER_UNKNOWN)
    }
    const race = new Race(guard, facts, (refusal) => respond(guard, facts, guard.render(facts, refusal)))
    return race.run(answer(race, facts, rest))
  }

  async function answer(race: Race, facts: FetchFacts, rest: Rest): Promise<Response> {
    try {
      const verdict = (await guard.begin(facts)) ?? (guard.hasToRead(facts) ? await guard.read(facts) : undefined)
      if (race.lost) return new Response()
      if (verdict?.kind === 'answer') return respond(guard, facts, renderAnswer(verdict))
      if (verdict?.kind === 'refuse') return respond(guard, facts, guard.render(facts, verdict))
      const guarded = expose(facts, guard.bare)
      hold(guarded, { guard, facts, race, view: new View(guard, facts), outer: exchangeOf(facts.request) })
      race.hand()
      const response = await handler(guarded, ...rest)
      if (race.lost) return race.discard(response)
      // The handler may have caught what the refused body threw.
      if (facts.refusal) return respond(guard, facts, guard.render(facts, facts.refusal))
      return leave(guard, facts, response)
    } catch (error) {
      if (race.lost) return race.failed(error)
      if (facts.refusal) return respond(guard, facts, guard.render(facts, facts.refusal))
      return respond(guard, facts, guard.render(facts, guard.failed(facts, error), error))
    }
  }
}

/** The request that the handler gets: canonical path, and a body that is counted while it is read. */
function expose(facts: FetchFacts, bare: boolean): Request {
  const { request, body } = facts
  const target = facts.query ? `${facts.path}?${facts.query}` : facts.path
  const moved = !bare && target !== facts.target && facts.path !== '*'
  const bodiless = request.method === 'GET' || request.method === 'HEAD'
  facts.counted = facts.meter
  if (bodiless && request.body) return new Request(moved ? urlOf(request, target) : request.url, headOf(request))
  const source = bodiless ? undefined : (body?.bytes ?? facts.peekedBytes ?? facts.incoming())
  if (!moved && source === undefined) return request
  const headers = new Headers(request.headers)
  // What was validated is written anew, and need not be as long as what came.
  if (body && headers.has('content-length')) headers.set('content-length', String(body.bytes.length))
  if (facts.meter?.encoding) {
    headers.delete('content-encoding')
    headers.delete('content-length')
  }
  const init: RequestInit & { duplex?: 'half' } = { headers }
  if (source !== undefined) {
    init.body = source as BodyInit
    init.duplex = 'half'
  }
  if (!moved) return new Request(request, init)
  return new Request(
    urlOf(request, target),
    source === undefined ? new Request(request, init) : { ...init, method: request.method, signal: request.signal },
  )
}

function urlOf({ url }: Request, target: string): string {
  const at = url.indexOf('/', url.indexOf('://') + 3)
  return `${at < 0 ? url : url.slice(0, at)}${target}`
}

/** Fetch knows no GET with a body, and throws where one is made: what such a request brought stays behind. */
function headOf({ headers, method, signal }: Request): RequestInit {
  const kept = new Headers(headers)
  kept.delete('content-length')
  return { headers: kept, method, signal }
}

function respond(guard: Guard, facts: FetchFacts, rendered: Rendered): Response {
  facts.over()
  const answer = new Answer(rendered.status, [...rendered.headers])
  guard.leave(facts, answer)
  const body = facts.method === 'HEAD' || rendered.body === '' ? null : rendered.body
  return new Response(body, { status: rendered.status, headers: pairs(answer.complete()) })
}

function leave(guard: Guard, facts: FetchFacts, response: Response): Response {
  // A switch of protocols carries what only this very object holds (Workers' webSocket).
  if (response.status === 101) {
    facts.over()
    return response
  }
  const list: string[] = []
  for (const [name, value] of response.headers) list.push(name, value)
  const answer = new Answer(response.status, list)
  guard.leave(facts, answer)
  const headers = pairs(answer.complete())
  if (IN_BUN && !response.headers.has('content-type')) {
    facts.over()
    return typed(response, headers)
  }
  const pace = paceOf(facts)
  const timed = response.body && pace?.timesAnswer ? new TimedAnswer(response.body, guard, facts, pace) : undefined
  const body = untilOver(timed?.stream ?? response.body, facts)
  return new Response(body, { status: response.status, statusText: response.statusText, headers })
}

const IN_BUN = 'Bun' in globalThis

/**
 * Bun gives text its type when the answer goes out, and not to a new response of the same body: it would leave as
 * `application/octet-stream`, which `nosniff` then keeps browsers from reading. A clone keeps what Bun knows of it.
 */
function typed(response: Response, headers: Headers): Response {
  const clone = response.clone()
  for (const name of [...clone.headers.keys()]) clone.headers.delete(name)
  for (const [name, value] of headers) clone.headers.append(name, value)
  return clone
}

function pairs(list: readonly string[]): Headers {
  const headers = new Headers()
  for (let at = 0; at < list.length; at += 2) headers.append(list[at] as string, list[at + 1] as string)
  return headers
}
