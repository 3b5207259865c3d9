import type { Answer } from '../../contract/answer.ts'
import type { Build, Compiled, Decide, Leave } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { type DirectAnswer, type Refusal, refuse } from '../../contract/verdict.ts'
import { type Admission, compileAdmission, intersect, separate } from './admission.ts'
import { conflicts } from './conflicts.ts'
import { type Cors, distinct, REQUEST_ID } from './options.ts'

export function compile(options: Cors, build: Build): Compiled {
  if (options.mode === 'off') return {}
  const admission = compileOrigins(options, build)
  return {
    observe: options.mode === 'observe',
    steps: { 'cors.preflight': compileStep(options, admission) },
    leave: compileLeave(options, admission, build.requestIdHeader ?? REQUEST_ID),
  }
}

/** Nobody is admitted by a list that holds a mistake, should somebody go on in spite of it. */
function compileOrigins(options: Cors, build: Build): Admission {
  let sound = true
  const admission = compileAdmission(options.origins, (index, expected) => {
    sound = false
    build.mistake(['origins', index], expected)
  })
  for (const { path, expected } of conflicts({ ...options, origins: options.origins.flatMap(separate) })) {
    sound = false
    build.mistake(path, expected)
  }
  // The lists of `within` are the policy's own and are reported where they stand.
  const within = (options.within ?? []).map((origins) => compileAdmission(origins, () => {}))
  return sound ? intersect([admission, ...within]) : { any: false, admits: () => false }
}

/**
 * A preflight is answered here, before anything counts or reads the request. A request that a page of another origin
 * has made and may not make is refused: without that, a form or a `fetch` without preflight would still act, and only
 * the answer would stay unread.
 */
function compileStep(options: Cors, { any, admits }: Admission): Decide | undefined {
  const answer: DirectAnswer = { kind: 'answer', status: options.preflightStatus, headers: [] }
  const preflight = options.preflightContinue ? undefined : answer
  if (any && preflight === undefined) return undefined
  return (facts) => {
    const origin = facts.header('origin')
    if (origin === undefined) return undefined
    if (any || admits(origin)) return isPreflight(facts) ? preflight : undefined
    return isOwn(facts, origin) ? undefined : foreign(origin)
  }
}

/** Fetch, "HTTP requests". The browser compares what it wants with the lists, which are the same for every request. */
function isPreflight(facts: Facts): boolean {
  return facts.method === 'OPTIONS' && facts.header('access-control-request-method') !== undefined
}

/**
 * Whether the page is of this API's own origin. Browsers say so themselves in a header that no page can set (Fetch
 * Metadata); it also tells a form of our own from a stranger where `Referrer-Policy: no-referrer` makes both say
 * `Origin: null`. Older ones, and plain HTTP, are compared by Host.
 */
function isOwn(facts: Facts, origin: string): boolean {
  if (facts.header('sec-fetch-site') === 'same-origin') return true
  const host = facts.header('host')
  if (host === undefined) return false
  const lower = host.toLowerCase()
  const [scheme, port] = facts.secure ? ['https://', ':443'] : ['http://', ':80']
  return origin === scheme + (lower.endsWith(port) ? lower.slice(0, -port.length) : lower)
}

function foreign(origin: string): Refusal {
  return refuse('origin-refused', {
    detail: 'Pages of this origin may not call this API.',
    reason: `cors.origins does not admit ${JSON.stringify(origin.slice(0, 200))}`,
  })
}

/**
 * CORS headers on every answer, refusals and errors included: a page that cannot read the 429 cannot slow down. What
 * the application has set of them goes: two policies on one answer are a policy that nobody has written.
 */
function compileLeave(options: Cors, { any, admits }: Admission, requestId: string): Leave {
  const actual = options.credentials ? ['Access-Control-Allow-Credentials', 'true'] : []
  const exposed = distinct(options.exposedHeaders.map((name) => (name === REQUEST_ID ? requestId : name))).join(', ')
  const preflight = readyPreflightHeaders(options)
  // In `observe` without origins every request is treated alike, so nothing depends on the header.
  const varies = !any && (options.mode === 'enforce' || options.origins.length > 0)
  return (facts, answer) => {
    removeOwn(answer)
    // Also where no Origin came, or a foreign one: else a cache hands that answer to the admitted page.
    if (varies) answer.vary('Origin')
    const asks = facts.method === 'OPTIONS'
    if (asks) answer.vary('Access-Control-Request-Method')
    if (asks && options.privateNetwork) answer.vary('Access-Control-Request-Private-Network')
    const origin = facts.header('origin')
    if (!any && (origin === undefined || !admits(origin))) return
    const allowed = any ? '*' : (origin as string)
    answer.list.push('Access-Control-Allow-Origin', allowed)
    if (options.timing) answer.list.push('Timing-Allow-Origin', allowed)
    if (!asks || origin === undefined || !isPreflight(facts)) {
      answer.list.push(...actual)
      if (exposed !== '') {
        const more = facts.exposes === '' ? '' : `, ${facts.exposes}`
        answer.list.push('Access-Control-Expose-Headers', exposed + more)
      }
      return
    }
    answer.list.push(...preflight)
    if (options.privateNetwork && facts.header('access-control-request-private-network') === 'true') {
      answer.list.push('Access-Control-Allow-Private-Network', 'true')
    }
  }
}

function readyPreflightHeaders(options: Cors): readonly string[] {
  const list = options.credentials ? ['Access-Control-Allow-Credentials', 'true'] : []
  if (options.methods.length > 0) list.push('Access-Control-Allow-Methods', options.methods.join(', '))
  if (options.allowedHeaders.length > 0) list.push('Access-Control-Allow-Headers', options.allowedHeaders.join(', '))
  list.push('Access-Control-Max-Age', String(options.maxAgeSeconds))
  return list
}

const PREFIX = 'access-control-'

function removeOwn(answer: Answer): void {
  const { list } = answer
  for (let at = list.length - 2; at >= 0; at -= 2) {
    const name = list[at] as string
    const first = name.charCodeAt(0) | 0x20
    if (first !== 0x61 && first !== 0x74) continue
    const lower = name.toLowerCase()
    if (lower.startsWith(PREFIX) || lower === 'timing-allow-origin') answer.removeAt(at)
  }
}
