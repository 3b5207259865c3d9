import { compare } from './harness/compare.ts'
import { loading } from './harness/machine.ts'
import { serveNginx } from './harness/nginx.ts'
import type { Result } from './harness/result.ts'
import { type Served, serve } from './harness/served.ts'
import { stopAll } from './harness/stop-all.ts'
import { SECURITY } from './servers/protection.mjs'

const KINDS = ['merlon', 'http-proxy', 'fast-gateway', 'undici'] as const

/** The gateway under the sample API's policy, beside proxies that protect little or nothing. */
export async function run(): Promise<Result> {
  const upstream = await serve('upstream', [], loading)
  const servers: Record<string, Served> = {}
  try {
    servers['nginx'] = await serveNginx(upstream.port, SECURITY)
    for (const kind of KINDS) servers[kind] = await serve('gateway', [kind, String(upstream.port)])
    return await compare(servers, [
      ['merlon', 'nginx'],
      ['merlon', 'http-proxy'],
      ['merlon', 'fast-gateway'],
      ['merlon', 'undici'],
      ['http-proxy', 'nginx'],
      ['undici', 'nginx'],
    ])
  } finally {
    await stopAll({ ...servers, upstream })
  }
}
