import type { Explanation } from '../../contract/explanation.ts'
import { takesSecrets } from './check-guessing.ts'
import { compareLimits, comparePenalties } from './compare.ts'
import { describe } from './describe.ts'
import { effectiveMode } from './fold.ts'
import type { LimitsOptions } from './options.ts'

const ON_AUTHENTICATION = /^limit-(?:guessing|pair|success)/

function describeEnforced({ mode, limits }: LimitsOptions, of?: string): string {
  return limits
    .filter((each) => effectiveMode(mode, each.mode) === 'enforce' && (of === undefined || each.of === of))
    .map((each) => `${each.name} ${describe(each)}`)
    .join(', ')
}

export const explainLimits: Explanation<LimitsOptions> = {
  checklist: [
    {
      line: 'limits-everywhere',
      concerns: (code) => !ON_AUTHENTICATION.test(code),
      judge: (policy) => ({ status: 'met', reason: `On every route: ${describeEnforced(policy)}.` }),
    },
    {
      line: 'limits-authentication',
      concerns: (code) => ON_AUTHENTICATION.test(code),
      judge(policy, routes) {
        if (policy.mode !== 'enforce') {
          const reason = `Limits are ${policy.mode === 'observe' ? 'observed and refuse nobody' : 'off'}.`
          return { status: 'unmet', severity: 'critical', reason, write: 'limits: { mode: enforce }' }
        }
        const guarded = routes.filter(({ key }) => takesSecrets(key))
        if (guarded.length === 0) {
          return {
            status: 'unprovable',
            reason: 'By its name no route of this policy takes secrets. If the API has one, name it.',
            write: 'routes: { "POST /auth/login": { limits: login } }',
            proof: 'audit',
          }
        }
        const said = guarded.map(({ key, options }) => `${key}: ${describeEnforced(options)}`)
        return { status: 'met', reason: `${said.join('; ')}.` }
      },
    },
  ],
  words: {
    headers: 'headers that tell of limits',
    skip: 'paths that are not counted',
    partition: 'headers that tell counters apart',
  },
  tighter: { skip: 'fewer' },
  compare: { limits: compareLimits, penalties: comparePenalties },
}
