import type { Facts } from '../contract/facts.ts'
import type { Segment } from '../policy/pattern.ts'

/** A route of the policy, most specific first in the list that the matcher is given. */
export interface Entry<T> {
  /** `['*']` for any. */
  readonly methods: readonly string[]
  readonly segments: readonly Segment[]
  /** What applies where the path is the pattern's to the letter. */
  readonly exact: T
  /** What applies where it is only after folding: what the route tightens, and nothing that it loosens. */
  readonly folded: T
}

interface Static<T> {
  readonly entry: Entry<T>
  readonly path: string
}

interface Dynamic<T> {
  readonly entry: Entry<T>
  /** The canonical text of each segment, empty for parameters; as it stands, and folded. */
  readonly texts: readonly string[]
  readonly folded: readonly string[]
}

/**
 * What applies where folded routes stand before the one that fits exactly, or where none does: the folded ones, most
 * specific first, tighten it and loosen nothing.
 */
export type Combine<T> = (folded: readonly Entry<T>[], exact: Entry<T> | undefined) => T

/**
 * Finds the route of a canonical path. Frameworks differ in case, trailing slash and double slash, so every route also
 * catches its folded variants; `/Admin/` then gets what `/admin` tightens. A framework could run the handler of any
 * route that fits folded before one fits exactly, so all of these are combined: what `/admin/login` loosens within
 * `/admin/*` is not loosened for `/Admin/login`.
 */
export class Matcher<T> {
  readonly #statics = new Map<string, Static<T>[]>()
  readonly #dynamics: Dynamic<T>[] = []
  /** By the entries' places in the list. As many as there are ways for one path to fit several patterns of the policy. */
  readonly #combined = new Map<string, T>()
  readonly #places = new Map<Entry<T>, number>()
  readonly #fallback: T
  readonly #combine: Combine<T>

  constructor(entries: readonly Entry<T>[], fallback: T, combine: Combine<T>) {
    this.#fallback = fallback
    this.#combine = combine
    for (const [place, entry] of entries.entries()) {
      this.#places.set(entry, place)
      const texts = entry.segments.map((segment) => (segment.kind === 'static' ? segment.text : ''))
      if (entry.segments.every((segment) => segment.kind === 'static')) {
        const path = `/${texts.join('/')}`
        const list = this.#statics.get(path.toLowerCase())
        if (list) list.push({ entry, path })
        else this.#statics.set(path.toLowerCase(), [{ entry, path }])
      } else {
        this.#dynamics.push({ entry, texts, folded: texts.map((text) => text.toLowerCase()) })
      }
    }
  }

  /** The route for a method and the facts' path, below its version; lays down `facts.params`. */
  find(facts: Facts, method: string): T {
    if (this.#places.size === 0) return this.#fallback
    const path = facts.routePath || facts.path
    const key = fold(path)
    let folded: Entry<T>[] | undefined
    // A pattern without parameters is more specific than any other that the same path fits.
    const list = this.#statics.size === 0 ? undefined : this.#statics.get(key)
    if (list) {
      for (const { entry, path: exact } of list) {
        if (!takes(entry, method)) continue
        if (exact === path) return entry.exact
        folded = add(folded, entry)
      }
    }
    if (this.#dynamics.length > 0) {
      const raw = path === '/' ? [] : path.slice(1).split('/')
      const parts = key === path ? raw : key === '/' ? [] : key.slice(1).split('/')
      for (const { entry, texts, folded: lower } of this.#dynamics) {
        if (!takes(entry, method) || !fits(entry.segments, lower, parts)) continue
        const same = parts.length === raw.length && fits(entry.segments, texts, raw)
        // The parameters are those of the route whose name is told: the one that fits exactly, else the first.
        if (same || !folded) {
          facts.params = values(entry.segments, parts.length === raw.length ? raw : raw.filter(Boolean))
        }
        if (same) return folded ? this.#all(folded, entry) : entry.exact
        folded = add(folded, entry)
      }
    }
    if (!folded) return this.#fallback
    return folded.length === 1 ? (folded[0] as Entry<T>).folded : this.#all(folded, undefined)
  }

  #all(folded: readonly Entry<T>[], exact: Entry<T> | undefined): T {
    const key = `${folded.map((entry) => this.#places.get(entry))} ${exact ? this.#places.get(exact) : ''}`
    let all = this.#combined.get(key)
    if (all === undefined) {
      all = this.#combine(folded, exact)
      this.#combined.set(key, all)
    }
    return all
  }
}

function add<T>(list: T[] | undefined, entry: T): T[] {
  if (!list) return [entry]
  list.push(entry)
  return list
}

/** Lower case, no empty segments, no trailing slash. */
function fold(path: string): string {
  const lower = path.toLowerCase()
  if (!lower.includes('//') && (lower.length === 1 || !lower.endsWith('/'))) return lower
  return `/${lower.split('/').filter(Boolean).join('/')}`
}

function takes(entry: Entry<unknown>, method: string): boolean {
  const { methods } = entry
  if (methods.includes(method) || methods[0] === '*') return true
  // A HEAD is answered by the handler of GET (RFC 9110 §9.3.2).
  return method === 'HEAD' && methods.includes('GET')
}

function fits(segments: readonly Segment[], texts: readonly string[], parts: readonly string[]): boolean {
  for (let at = 0; at < segments.length; at++) {
    const { kind } = segments[at] as Segment
    if (kind === 'rest') return true
    if (at >= parts.length) return false
    if (kind === 'static' && texts[at] !== parts[at]) return false
  }
  return parts.length === segments.length
}

function values(segments: readonly Segment[], raw: readonly string[]): string[] {
  const found: string[] = []
  for (let at = 0; at < segments.length; at++) {
    const { kind } = segments[at] as Segment
    if (kind === 'param') found.push(decode(raw[at] ?? ''))
    else if (kind === 'rest') found.push(raw.slice(at).map(decode).join('/'))
  }
  return found
}

function decode(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text
}
