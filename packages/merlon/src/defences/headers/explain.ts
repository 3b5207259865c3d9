import type { Difference, Explanation } from '../../contract/explanation.ts'
import type { Directives } from './directives.ts'
import type { SecurityHeaders } from './options.ts'
import { simple, simpleKeys } from './simple.ts'

export const explainHeaders: Explanation<SecurityHeaders> = {
  checklist: [
    {
      line: 'security-headers',
      judge(policy) {
        const named = [
          policy.csp === 'off' ? '' : 'Content-Security-Policy',
          policy.hsts === 'off' ? '' : 'Strict-Transport-Security',
          ...simpleKeys.filter((key) => policy[key] !== 'off').map((key) => simple[key].name),
        ].filter((name) => name !== '')
        return {
          status: 'met',
          reason: `${named.slice(0, 2).join(', ')} and ${named.length - 2} more are set on every answer.`,
        }
      },
    },
  ],
  words: {
    ...Object.fromEntries(simpleKeys.map((key) => [key, simple[key].name])),
    csp: 'Content-Security-Policy',
    cspReportOnly: 'Content-Security-Policy-Report-Only',
    hsts: 'Strict-Transport-Security',
    'hsts.maxAgeSeconds': 'Strict-Transport-Security for',
    permissionsPolicy: 'Permissions-Policy',
    reportingEndpoints: 'Reporting-Endpoints',
    noStore: 'answers that may not be stored',
    add: 'header',
    remove: 'headers that never leave',
  },
  compare: { csp: (before, after) => compareCsp('Content-Security-Policy', before, after) },
}

/** Directives whose values admit nothing. */
const ADMITS_NOTHING: readonly string[] = ['report-uri', 'report-to', 'require-trusted-types-for', 'trusted-types']

function compareCsp(name: string, before: Directives | 'off', after: Directives | 'off'): readonly Difference[] {
  if (before === 'off') return [{ direction: 'tighter', text: `${name}: on instead of off` }]
  if (after === 'off') return [{ direction: 'looser', text: `${name}: off instead of on` }]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort() as (keyof Directives)[]
  return keys.flatMap((key) => compareSources(`${name} ${key}`, key, before[key], after[key]))
}

/** A directive that comes or goes may tighten or loosen, by what default-src says instead (CSP §6.1). */
function compareSources(
  name: string,
  key: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): readonly Difference[] {
  if (before === undefined) return [{ direction: 'other', text: `${[name, ...(after ?? [])].join(' ')} added` }]
  if (after === undefined) return [{ direction: 'other', text: `${name} removed` }]
  const unordered = ADMITS_NOTHING.includes(key)
  const change = (
    some: readonly string[],
    others: readonly string[],
    direction: Difference['direction'],
    verb: string,
  ) =>
    some
      .filter((source) => source !== "'none'" && !others.includes(source))
      .map((source): Difference => ({ direction: unordered ? 'other' : direction, text: `${name}: ${source} ${verb}` }))
  return [...change(after, before, 'looser', 'added'), ...change(before, after, 'tighter', 'removed')]
}
