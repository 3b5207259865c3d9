import type { Explanation } from '../../contract/explanation.ts'
import type { Versions } from './options.ts'

const BY = { path: 'the path', header: 'a header', 'media-type': 'the media type' } as const

export const explainVersions: Explanation<Versions> = {
  checklist: [
    {
      line: 'versioning',
      judge({ mode, by, known }) {
        const names = Object.keys(known)
        if (mode === 'off' || names.length === 0) {
          const write = 'versions: { by: path, known: { v1: {} } }'
          return { status: 'unmet', severity: 'note', reason: 'The policy names no versions.', write }
        }
        return { status: 'met', reason: `Named by ${BY[by]}: ${names.join(', ')}.` }
      },
    },
  ],
  words: {
    by: 'where the version stands',
    under: 'path before the version',
    header: 'header of the version',
    parameter: 'parameter of the version',
    mediaType: 'media type of a version',
    default: 'version of requests that name none',
    skip: 'paths without a version',
    known: 'versions',
  },
}
