import type { Counters } from '../contract/counters.ts'
import type { Finding } from '../contract/finding.ts'
import type { Variables } from '../policy/environment.ts'

/** What says that this process has siblings; undefined where nothing does. */
export function siblingsOf(env: Variables, forked: (() => boolean) | undefined): string | undefined {
  const workers = Number(env['WEB_CONCURRENCY'])
  if (workers > 1) return `WEB_CONCURRENCY=${workers}`
  if (env['AWS_LAMBDA_FUNCTION_NAME'] !== undefined) return 'AWS Lambda'
  if (forked?.()) return 'node:cluster'
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } }
  return navigator?.userAgent === 'Cloudflare-Workers' ? 'Cloudflare Workers' : undefined
}

interface Counting {
  readonly counters: Counters
  readonly instances: number | undefined
  readonly siblings: string | undefined
  readonly limits: unknown
}

/** Quotas that are as many times what the policy says as there are processes. */
export function checkSiblings({ counters, instances, siblings, limits }: Counting): readonly Finding[] {
  const off = (limits as { readonly mode?: unknown }).mode !== 'enforce'
  if (siblings === undefined || counters.shared || instances !== undefined || off) return []
  return [
    {
      code: 'limits-not-shared',
      severity: 'warning',
      path: ['instances'],
      message: `Limits count in the memory of this process, and it is not alone (${siblings}): together they admit as many times the quotas.`,
      write: 'instances: 4, as many as there are, so that each has its share; or counters that processes share',
    },
  ]
}
