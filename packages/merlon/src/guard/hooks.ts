import type { Rendered } from '../contract/defence.ts'
import type { Facts } from '../contract/facts.ts'
import type { Log } from '../contract/log.ts'
import { type ProblemCode, problems } from '../contract/problems.generated.ts'
import type { Refusal } from '../contract/verdict.ts'
import { skippable } from './order.ts'
import { Seen, type SeenRequest } from './seen.ts'

/** A defence that `skip` may leave out. */
export type Skippable = (typeof skippable)[number]

/**
 * Which requests a guard lets off, decided in code: true for all that can be left out, or names of defences. It never
 * lets off a request whose framing or path is ambiguous, nor one of a denied address, and every answer has its headers.
 */
export type Skip = (request: SeenRequest) => boolean | readonly Skippable[]

/** A refusal on its way to the client. */
export interface RefusedProblem {
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly members: Readonly<Record<string, unknown>>
  readonly requestId: string
  /** For the operator alone; it does not go out. */
  readonly reason: string | undefined
}

/** What the client reads in place of it. The status stays: caches, clients and alarms go by it. */
export interface ProblemChange {
  readonly title?: string
  readonly detail?: string
  /** Added to the problem's own members. */
  readonly members?: Readonly<Record<string, unknown>>
  /** The whole body, of the type that `contentType` names. */
  readonly body?: string
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string
}

// biome-ignore lint/suspicious/noConfusingVoidType: a function that only looks on gives nothing back
export type OnRefuse = (problem: RefusedProblem, request: SeenRequest) => ProblemChange | undefined | void

const NOTHING: readonly string[] = []

/** What `skip` says of a request. One that throws, or promises, lets nobody off. */
export function compileSkip(skip: Skip | undefined, log: Log): ((facts: Facts) => readonly string[]) | undefined {
  if (skip === undefined) return undefined
  return (facts) => {
    try {
      const said: unknown = skip(new Seen(facts))
      if (said === true) return skippable
      if (Array.isArray(said)) return said
      if (said !== false && said !== undefined) {
        log.error({ event: 'hook-failed', hook: 'skip' }, 'skip has to give true, false or names of defences, at once')
      }
    } catch (error) {
      log.error({ event: 'hook-failed', hook: 'skip', err: error }, 'skip threw, and so lets nobody off')
    }
    return NOTHING
  }
}

/** The refusal as `onRefuse` leaves it, rendered. One that throws leaves it as it was. */
export function renderWith(
  onRefuse: OnRefuse,
  { facts, refusal, requestId, log }: { facts: Facts; refusal: Refusal; requestId: string; log: Log },
  render: (refusal: Refusal) => Rendered,
): Rendered {
  const { title, status } = problems[refusal.code]
  try {
    const change = onRefuse(
      {
        code: refusal.code,
        status: refusal.status ?? status,
        title: refusal.title ?? title,
        detail: refusal.detail,
        members: refusal.members ?? {},
        requestId,
        reason: refusal.reason,
      },
      new Seen(facts),
    )
    if (typeof change === 'object' && change !== null) return changed(refusal, change, render)
  } catch (error) {
    log.error({ event: 'hook-failed', hook: 'onRefuse', err: error }, 'onRefuse threw; the refusal goes out as it was')
  }
  return render(refusal)
}

/** A line break would begin a header of its own. */
const TYPE = /^[\x21-\x7e][\x20-\x7e]*$/

function changed(refusal: Refusal, change: ProblemChange, render: (refusal: Refusal) => Rendered): Rendered {
  const rendered = render({
    ...refusal,
    ...(typeof change.title === 'string' ? { title: change.title } : {}),
    ...(typeof change.detail === 'string' ? { detail: change.detail } : {}),
    ...(change.members === undefined ? {} : { members: { ...refusal.members, ...change.members } }),
    ...(typeof change.title === 'string' || typeof change.detail === 'string' ? { final: true } : {}),
  })
  if (typeof change.body !== 'string') return rendered
  const { contentType = 'text/plain; charset=utf-8' } = change
  if (!TYPE.test(contentType)) throw new TypeError(`expected a media type, got ${JSON.stringify(contentType)}`)
  const headers: string[] = []
  for (let at = 0; at < rendered.headers.length; at += 2) {
    const name = rendered.headers[at] as string
    headers.push(name, name === 'Content-Type' ? contentType : (rendered.headers[at + 1] as string))
  }
  return { ...rendered, headers, body: change.body }
}
