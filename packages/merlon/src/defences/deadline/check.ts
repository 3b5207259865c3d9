import type { Finding } from '../../contract/finding.ts'
import { formatRouteKey, type RouteKey } from '../../policy/pattern.ts'
import type { Deadline } from './options.ts'

const MINUTE = 60_000

/** 16 Mbit/s, which many a client does not send. */
const FAST_BYTES_PER_SECOND = 2 * 1024 ** 2

/** What is allowed but weak. A long deadline is right for the route that takes uploads, and wrong for all routes. */
export function check(
  options: Deadline,
  _production: boolean,
  scope: 'policy' | 'route' = 'policy',
  key = '*',
  policy: Readonly<Record<string, unknown>> = {},
): readonly Finding[] {
  if (options.mode === 'off') return [OFF]
  const findings: Finding[] = []
  if (options.idleMs > MINUTE) findings.push(IDLE)
  const bytesPerSecond = (maxBytesOf(policy, key) * 1000) / options.bodyMs
  if (bytesPerSecond > FAST_BYTES_PER_SECOND) findings.push(BODY)
  if (scope === 'route') return findings
  if (options.totalMs > 5 * MINUTE) findings.push(TOTAL)
  if (options.headersMs > MINUTE) findings.push(HEADERS)
  if (options.answerMs === 'off') findings.push(ANSWER)
  return findings
}

interface Sized {
  readonly size?: { readonly mode: string; readonly maxBytes: number }
}

/** The largest body that a route takes; 0 where that is not known, or nothing bounds it. */
function maxBytesOf(policy: Readonly<Record<string, unknown>>, key: string): number {
  const routes = (policy['routes'] ?? []) as readonly (Sized & Pick<RouteKey, 'methods' | 'pattern'>)[]
  const { size } = { ...(policy as Sized), ...routes.find((route) => formatRouteKey(route) === key) }
  return size === undefined || size.mode === 'off' ? 0 : size.maxBytes
}

const OFF: Finding = {
  code: 'deadline-off',
  severity: 'warning',
  path: ['mode'],
  message: 'a request may take for ever: a few slow clients, or one query that hangs, hold all connections',
  write: 'deadline: 30s',
}

const TOTAL: Finding = {
  code: 'deadline-total',
  severity: 'warning',
  path: ['total'],
  message: 'every route may hold its connection for this long, also those that answer in milliseconds',
  write: 'routes: { "POST /uploads": { deadline: 5m } }, and the default for all others',
}

const HEADERS: Finding = {
  code: 'deadline-headers',
  severity: 'warning',
  path: ['headers'],
  message: 'a connection that sends one byte now and then stays open for this long, and costs its sender nothing',
  write: 'headers: 10s',
}

const IDLE: Finding = {
  code: 'deadline-idle',
  severity: 'warning',
  path: ['idle'],
  message: 'a client that sends nothing is waited for, with all that its request holds',
  write: 'idle: 10s',
}

const ANSWER: Finding = {
  code: 'deadline-answer',
  severity: 'warning',
  path: ['answer'],
  message: 'a client that does not read its answer holds the connection, and what is buffered for it, on every route',
  write: 'routes: { "GET /events": { deadline: { answer: off } } }',
}

const BODY: Finding = {
  code: 'deadline-body',
  severity: 'note',
  path: ['body'],
  message: 'the largest body that is taken here comes in time over more than 16 Mbit/s alone: slower clients get a 408',
  write: 'deadline: { total: 2m, body: 90s }',
}
