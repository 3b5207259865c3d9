import type { Explanation } from '../../contract/explanation.ts'
import { formatBytes } from '../../policy/format-units.ts'
import type { Size } from './options.ts'

export const explainSize: Explanation<Size> = {
  checklist: [
    {
      line: 'size-limits',
      judge(policy, routes) {
        const larger = routes.filter(({ options }) => options.maxBytes > policy.maxBytes)
        const named = larger.map(({ key, options }) => `, ${formatBytes(options.maxBytes)} on ${key}`).join('')
        return { status: 'met', reason: `A body has at most ${formatBytes(policy.maxBytes)}${named}.` }
      },
    },
  ],
  words: {
    maxBytes: 'most bytes of a body',
    ceilingBytes: 'most bytes of a body that is not refused',
    maxDepth: 'most levels of JSON',
    maxKeys: 'most keys of JSON',
    duplicateKeys: 'double keys of JSON',
    prototypeKeys: 'keys that change prototypes',
    encodings: 'encodings',
    maxUrlBytes: 'most bytes of path and query',
  },
}
