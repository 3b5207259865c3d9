import type { Difference, Explanation } from '../../contract/explanation.ts'
import type { Version, Versions } from './options.ts'

const BY = { path: 'the path', header: 'a header', 'media-type': 'the media type' } as const

export const explainVersions: Explanation<Versions> = {
  checklist: [
    {
      line: 'versioning',
      concerns: (code) => code === 'versions-observe',
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
  },
  tighter: { skip: 'fewer' },
  compare: { known: compareKnown },
}

type Known = Versions['known']

function compareKnown(before: Known, after: Known): readonly Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name): readonly Difference[] => {
    const old = Object.hasOwn(before, name) ? before[name] : undefined
    const now = Object.hasOwn(after, name) ? after[name] : undefined
    if (!old) return [{ direction: 'looser', text: `version ${name} added` }]
    if (!now) return [{ direction: 'tighter', text: `version ${name} removed` }]
    return compareVersion(name, old, now)
  })
}

function compareVersion(name: string, old: Version, now: Version): readonly Difference[] {
  const found: Difference[] = []
  if (old.sunsetMs !== now.sunsetMs) {
    const sooner = (now.sunsetMs ?? Number.POSITIVE_INFINITY) < (old.sunsetMs ?? Number.POSITIVE_INFINITY)
    const text = `version ${name} ends ${sayDate(now.sunsetMs)} instead of ${sayDate(old.sunsetMs)}`
    found.push({ direction: sooner ? 'tighter' : 'looser', text })
  }
  if (old.deprecatedMs !== now.deprecatedMs) {
    const text = `version ${name} is deprecated ${sayDate(now.deprecatedMs)} instead of ${sayDate(old.deprecatedMs)}`
    found.push({ direction: 'other', text })
  }
  for (const kind of ['deprecation', 'sunset', 'successor'] as const) {
    if (old.links[kind] === now.links[kind]) continue
    const text = `version ${name}: link to its ${kind} ${now.links[kind] ?? 'none'} instead of ${old.links[kind] ?? 'none'}`
    found.push({ direction: 'other', text })
  }
  return found
}

function sayDate(ms: number | null): string {
  return ms === null ? 'never' : new Date(ms).toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z')
}
