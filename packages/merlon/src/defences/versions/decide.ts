import type { Build, Compiled, Decide, Leave } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { refuse } from '../../contract/verdict.ts'
import { type Announcement, announcementOf } from './announcement.ts'
import { compileByHeader } from './by-header.ts'
import { compileByMediaType } from './by-media-type.ts'
import { compileByPath, type Named } from './by-path.ts'
import { reportRoute } from './misplaced.ts'
import type { Versions } from './options.ts'

export function compile(options: Versions, build: Build): Compiled {
  const names = Object.keys(options.known)
  if (options.mode === 'off' || names.length === 0) return {}
  if (options.by === 'path') reportRoute(options, build)
  const leave = compileLeave(options)
  if (build.route !== '*') return { leave }
  return { observe: options.mode === 'observe', steps: { versions: compileStep(options, build) }, leave }
}

function compileRead({ by, under, header, parameter, mediaType, known }: Versions): (facts: Facts) => Named {
  const names = Object.keys(known)
  if (by === 'path') return compileByPath(under, names)
  return by === 'header' ? compileByHeader(header, names) : compileByMediaType(parameter, mediaType, names)
}

/** The step `versions`: lays down `version`, and `routePath` where the path names it. */
function compileStep(options: Versions, build: Build): Decide {
  const read = compileRead(options)
  const skip = new Set(options.skip)
  const ends = new Map(Object.entries(options.known).map(([name, { sunsetMs }]) => [name, sunsetMs]))
  const { default: fallback } = options
  const wall = () => build.platform.wall()

  const isGone = (name: string) => {
    const end = ends.get(name) ?? null
    return end !== null && wall() >= end
  }
  /** What is left to choose from, for the client. */
  const served = () => {
    const names = [...ends.keys()].filter((name) => !isGone(name))
    return names.length === 0 ? 'No version is served any more.' : `Versions served here: ${names.join(', ')}.`
  }

  return function decideVersion(facts) {
    if (facts.path === '*') return undefined
    const named = read(facts)
    // A preflight cannot carry what the request will carry; and a refused one would hide from the page why.
    const asks = isPreflight(facts)
    if (named.kind === 'unknown') {
      return asks ? undefined : refuse('version-unknown', { detail: served(), reason: named.why })
    }
    const name = named.kind === 'known' ? named.name : fallback
    if (named.kind === 'none' && skip.has(facts.path)) return undefined
    if (name === null) return asks ? undefined : refuse('version-missing', { detail: served() })
    facts.version = name
    return isGone(name) && !asks ? refuse('version-gone', { detail: served() }) : undefined
  }
}

function isPreflight(facts: Facts): boolean {
  return (
    facts.method === 'OPTIONS' &&
    facts.header('origin') !== undefined &&
    facts.header('access-control-request-method') !== undefined
  )
}

/** Headers of the version on every answer, the 410 too; and what a cache has to keep apart. */
function compileLeave({ by, header, known }: Versions): Leave | undefined {
  const vary = by === 'header' ? header : by === 'media-type' ? 'Accept' : undefined
  const announced = new Map<string, Announcement>()
  for (const [name, version] of Object.entries(known)) {
    const announcement = announcementOf(version)
    if (announcement) announced.set(name, announcement)
  }
  if (vary === undefined && announced.size === 0) return undefined
  return (facts, answer) => {
    if (vary !== undefined) answer.vary(vary)
    const found = facts.version === undefined ? undefined : announced.get(facts.version)
    if (!found) return
    for (const { name, lower, value } of found.once) answer.suggest(name, lower, value)
    for (const link of found.links) answer.append('Link', link)
    facts.exposes = found.exposes
  }
}
