import { compare } from './harness/compare.ts'
import { headersOf } from './harness/headers.ts'
import { loading } from './harness/machine.ts'
import { serveNginx } from './harness/nginx.ts'
import type { Result } from './harness/result.ts'
import { type Served, serve } from './harness/served.ts'
import { stopAll } from './harness/stop-all.ts'

const KINDS = ['merlon', 'http-proxy', 'fast-gateway', 'undici'] as const

/**
 * The gateway under the sample API's policy; nginx with what it has of the same (a rate limit, a size limit, the allowed
 * origin, the very headers that the gateway sends, the same word of the client to the upstream); and proxies that
 * protect nothing. Each has one process and keeps its connections to the upstream.
 */
export async function run(): Promise<Result> {
  const upstream = await serve('upstream', [], loading)
  const servers: Record<string, Served> = {}
  try {
    for (const kind of KINDS) servers[kind] = await serve('gateway', [kind, String(upstream.port)])
    servers['nginx'] = await serveNginx(upstream.port, await headersOf((servers['merlon'] as Served).port))
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
