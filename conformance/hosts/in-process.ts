import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import { type LogLine, openLog, type Sight } from '../app.ts'
import type { AppOrder } from '../format.ts'
import { codeFor } from '../schemas.ts'
import { listen, type Running, type Setting, shut } from './host.ts'

/** What a server for one case is made of. */
export interface Stage {
  readonly policy: object
  readonly options: {
    readonly log: ReturnType<typeof openLog>['log']
    readonly env: Setting['env']
    readonly code: ReturnType<typeof codeFor>
  }
  /** Called by the app with what it saw, before it acts. */
  readonly see: (sight: Sight) => void
}

/** Runs a guard and its app in this process. */
export async function openInProcess(setting: Setting, make: (stage: Stage) => RequestListener): Promise<Running> {
  const { lines, log } = openLog()
  const sights: Sight[] = []
  const stage = {
    policy: setting.policy,
    options: { log, env: setting.env, code: codeFor(setting.policy) },
    see: (sight: Sight) => sights.push(sight),
  }
  const { server, port } = await listen(make(stage))
  return {
    port,
    takeSights: async () => sights.splice(0),
    logged: async (): Promise<readonly LogLine[]> => lines,
    close: () => shut(server),
  }
}

/** Sets what an order has set before anything is answered or thrown. */
export function prepareByNode(res: ServerResponse, order: AppOrder, nonceOf?: () => string): void {
  for (const [name, value] of order.headers ?? []) res.appendHeader(name, value)
  if (order.nonce && nonceOf) res.setHeader('X-Nonce', nonceOf())
}

/** Answers as ordered, by node's own means; without an order, with the sight as JSON. */
export function answerByNode(res: ServerResponse, order: AppOrder, sight: Sight): void {
  res.statusCode = order.status ?? 200
  if (order.body === undefined && !res.hasHeader('content-type')) res.setHeader('Content-Type', 'application/json')
  const empty = res.statusCode === 204 || res.statusCode === 304
  res.end(empty ? undefined : (order.body ?? JSON.stringify(sight)))
}

/** Begins an answer and leaves it at that. */
export function stallByNode(res: ServerResponse): void {
  res.write('the first part')
}

/** Begins an answer as ordered, and fails when its first part is on its way. */
export async function failLate(res: ServerResponse, order: AppOrder): Promise<never> {
  res.statusCode = order.status ?? 200
  await new Promise<unknown>((resolve) => res.write('the first part', resolve))
  throw new Error('the rest failed')
}

export function joined(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?')
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}
