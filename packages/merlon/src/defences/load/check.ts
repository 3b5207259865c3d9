import type { Finding } from '../../contract/finding.ts'
import type { Load } from './options.ts'

const SLOW_CLIENT = 1000
const LONG_QUEUE = 10_000

/** What is allowed but weak. */
export function check(
  { mode, shed, delay, concurrency, priority }: Load,
  _production: boolean,
  scope: 'policy' | 'route' = 'policy',
  _key = '*',
  policy: Readonly<Record<string, unknown>> = {},
): readonly Finding[] {
  if (mode === 'off') return [OFF]
  const findings: Finding[] = []
  if (shed === 'off' && scope === 'policy') findings.push(SHED)
  if (scope === 'policy' && priority === 'critical') findings.push(CRITICAL)
  if (delay !== 'off') {
    if (delay.queue > LONG_QUEUE) findings.push(QUEUE)
    if (delay.maxMs >= totalMsOf(policy)) findings.push(DELAY)
  }
  if (concurrency !== 'off' && typeof concurrency.client === 'number' && concurrency.client > SLOW_CLIENT) {
    findings.push(CLIENT)
  }
  return findings
}

function totalMsOf(policy: Readonly<Record<string, unknown>>): number {
  const { deadline } = policy as { readonly deadline?: { readonly mode: string; readonly totalMs: number } }
  return deadline === undefined || deadline.mode === 'off' ? Number.POSITIVE_INFINITY : deadline.totalMs
}

const OFF: Finding = {
  code: 'load-off',
  severity: 'note',
  path: ['mode'],
  message: 'nothing is shed when the process cannot keep up: all requests get slower together until all of them fail',
  write: 'load: { mode: enforce }',
}

const SHED: Finding = {
  code: 'load-shed-off',
  severity: 'note',
  path: ['shed'],
  message: 'nothing is shed when the process cannot keep up: all requests get slower together until all of them fail',
  write: 'shed: { lag: 250ms }',
}

const CRITICAL: Finding = {
  code: 'load-critical',
  severity: 'warning',
  path: ['priority'],
  message: 'every route is critical, so nothing is ever shed and nobody goes first',
  write: 'routes: { "POST /payments": { load: { priority: critical } } }, and the default for all others',
}

const QUEUE: Finding = {
  code: 'load-queue',
  severity: 'warning',
  path: ['delay', 'queue'],
  message: 'each request that waits holds its connection and memory: a flood that is only delayed fills them',
  write: 'queue: 100',
}

const DELAY: Finding = {
  code: 'load-delay',
  severity: 'warning',
  path: ['delay', 'most'],
  message: 'a request may wait for longer than its deadline: it would be refused after it has waited',
  write: 'most: 5s',
}

const CLIENT: Finding = {
  code: 'load-client',
  severity: 'note',
  path: ['concurrency', 'client'],
  message: 'one client may have over 1000 requests under way: that few services bear',
  write: 'concurrency: { client: 50 }',
}
