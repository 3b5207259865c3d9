import type { Explanation } from '../../contract/explanation.ts'
import type { Transport } from './options.ts'

export const explainTransport: Explanation<Transport> = {
  checklist: [
    {
      line: 'https-only',
      judge: ({ http }) =>
        http === 'redirect'
          ? { status: 'met', reason: 'Plain HTTP is redirected, and refused where it carries credentials.' }
          : { status: 'met', reason: 'Plain HTTP is refused on every route.' },
    },
  ],
  words: {
    http: 'plain HTTP',
    hosts: 'hosts',
    health: 'paths that are asked over plain HTTP',
  },
  tighter: { health: 'fewer' },
}
