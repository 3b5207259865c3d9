import type { Explanation } from '../../contract/explanation.ts'
import type { Cors } from './options.ts'

const SHOWN = 3

export const explainCors: Explanation<Cors> = {
  checklist: [
    {
      line: 'cors-origins',
      judge(policy, routes) {
        const origins = [...new Set([policy, ...routes.map(({ options }) => options)].flatMap((each) => each.origins))]
        if (origins.length === 0) return { status: 'met', reason: "No origin is admitted but the API's own." }
        const more = origins.length > SHOWN ? ` and ${origins.length - SHOWN} more` : ''
        return { status: 'met', reason: `Admitted: ${origins.slice(0, SHOWN).join(', ')}${more}.` }
      },
    },
  ],
  words: {
    origins: 'origins',
    methods: 'methods of foreign pages',
    allowedHeaders: 'headers that foreign pages may send',
    exposedHeaders: 'headers that foreign pages may read',
    credentials: 'cookies of foreign pages',
    maxAgeSeconds: 'preflights are kept for',
    preflightContinue: 'preflights go on to the application',
    preflightStatus: 'status of a preflight',
    privateNetwork: 'calls into a private network',
    timing: 'timing that foreign pages may read',
  },
  tighter: { origins: 'fewer' },
}
