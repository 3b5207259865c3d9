import type { Difference, Explanation } from '../../contract/explanation.ts'
import type { Transport } from './options.ts'

export const explainTransport: Explanation<Transport> = {
  checklist: [
    {
      line: 'https-only',
      concerns: (code) => code !== 'transport-hosts-wide',
      judge({ http }) {
        if (http === 'allow') {
          const reason = 'Plain HTTP is answered.'
          return { status: 'unmet', severity: 'warning', reason, write: 'transport: { http: refuse }' }
        }
        return http === 'redirect'
          ? { status: 'met', reason: 'Plain HTTP is redirected, and refused where it carries credentials.' }
          : { status: 'met', reason: 'Plain HTTP is refused on every route.' }
      },
    },
  ],
  words: { http: 'plain HTTP', health: 'paths that are asked over plain HTTP' },
  tighter: { health: 'fewer' },
  compare: { hosts: compareHosts },
}

/** An empty list serves any host; past that, each more is one more. */
function compareHosts(before: Transport['hosts'], after: Transport['hosts']): readonly Difference[] {
  if (after.length === 0) return [{ direction: 'looser', text: `hosts: any instead of ${before.join(', ')}` }]
  if (before.length === 0) return [{ direction: 'tighter', text: `hosts: ${after.join(', ')} instead of any` }]
  const only = (some: Transport['hosts'], others: Transport['hosts']) => some.filter((each) => !others.includes(each))
  return [
    ...only(after, before).map((each): Difference => ({ direction: 'looser', text: `hosts: ${each} added` })),
    ...only(before, after).map((each): Difference => ({ direction: 'tighter', text: `hosts: ${each} removed` })),
  ]
}
