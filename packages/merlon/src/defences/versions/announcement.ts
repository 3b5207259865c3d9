import type { Version } from './options.ts'

/** What answers under a version tell of its end. */
export interface Announcement {
  /** Headers that the handler may set otherwise for what it answers. */
  readonly once: readonly { readonly name: string; readonly lower: string; readonly value: string }[]
  /** Values of Link, beside those of the handler. */
  readonly links: readonly string[]
  /** Names that scripts of admitted origins have to be able to read. */
  readonly exposes: string
}

/** The relation of each link (RFC 9745 §3, RFC 8594 §6, RFC 5829). */
const RELATIONS = { deprecation: 'deprecation', sunset: 'sunset', successor: 'successor-version' } as const

/** Undefined where there is nothing to tell. */
export function announcementOf({ deprecatedMs, sunsetMs, links }: Version): Announcement | undefined {
  const once: Announcement['once'][number][] = []
  if (deprecatedMs !== null) {
    // RFC 9745 §2: a date of structured fields, in seconds.
    once.push({ name: 'Deprecation', lower: 'deprecation', value: `@${Math.floor(deprecatedMs / 1000)}` })
  }
  // RFC 8594 §3: an HTTP-date.
  if (sunsetMs !== null) once.push({ name: 'Sunset', lower: 'sunset', value: new Date(sunsetMs).toUTCString() })
  const found = (Object.keys(RELATIONS) as (keyof typeof RELATIONS)[]).flatMap((kind) =>
    links[kind] === null ? [] : [`<${links[kind]}>; rel="${RELATIONS[kind]}"`],
  )
  if (once.length === 0 && found.length === 0) return undefined
  const exposed = [...once.map(({ name }) => name), ...(found.length > 0 ? ['Link'] : [])]
  return { once, links: found, exposes: exposed.join(', ') }
}
