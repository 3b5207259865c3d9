import { type Wrong, wrong } from './origin.ts'

/** One part of an expression. `open` has no fixed length. */
export type Node = (
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'class' }
  | { readonly kind: 'group'; readonly branches: readonly (readonly Node[])[] }
) & { readonly repeat: 'one' | 'optional' | 'open' }

/**
 * With two parts of open length a match of n characters backtracks over at most n² places, and three optional parts make
 * that eight times as many: about a millisecond for the longest origin there can be.
 */
const MOST_OPEN = 2
const MOST_OPTIONAL = 3

const FORMS =
  'only lower-case letters, digits, "-", "\\.", "\\/", classes such as [a-z0-9-] (never [^…]), "\\d", groups with "|", and "?", "+", "*", "{n,m}"'

/** A class that only lists: a negated one admits what nobody thought of. */
const CLASS = /^\[-?(?:[a-z]-[a-z]|[0-9]-[0-9]|[a-z0-9._]|\\[dw.-])+-?\]|^\\[dw]/

class Refused extends Error {}

/** Reads what stands between `^` and `$`; the language is that of `RegExp`, without what an origin does not need. */
export function parseNodes(source: string): readonly Node[] | Wrong {
  try {
    const reader = new Reader(source)
    const branches = reader.branches()
    if (!reader.done) throw new Refused('groups that are opened and closed')
    if (branches.length > 1) throw new Refused('alternatives within a group, "^https:\\/\\/(?:a|b)\\.example\\.com$"')
    return branches[0] ?? []
  } catch (error) {
    if (error instanceof Refused) return wrong(error.message)
    throw error
  }
}

class Reader {
  readonly #source: string
  #at = 0
  #open = 0
  #optional = 0

  constructor(source: string) {
    this.#source = source
  }

  get done(): boolean {
    return this.#at === this.#source.length
  }

  branches(): Node[][] {
    const found: Node[][] = [[]]
    while (!this.done && this.#source[this.#at] !== ')') {
      if (this.#take('|')) found.push([])
      else found.at(-1)?.push(this.#node())
    }
    return found
  }

  #node(): Node {
    if (this.#take('(')) {
      if (this.#take('?') && !this.#take(':')) throw new Refused('groups written "(…)" or "(?:…)"')
      const branches = this.branches()
      if (!this.#take(')')) throw new Refused('groups that are opened and closed')
      const repeat = this.#repeat()
      // `(a+)+` and `(a|aa)+` take exponential time.
      if (repeat === 'open') throw new Refused('no repeated group; several labels are written "[a-z0-9.-]+"')
      return { kind: 'group', branches, repeat }
    }
    const set = CLASS.exec(this.#source.slice(this.#at))?.[0]
    if (set !== undefined) {
      this.#at += set.length
      return { kind: 'class', repeat: this.#repeat() }
    }
    return { kind: 'char', char: this.#char(), repeat: this.#repeat() }
  }

  #char(): string {
    if (this.#take('.')) throw new Refused('every dot escaped, "\\."; a bare one stands for any character')
    const match = /^\\([./:-])|^([a-z0-9/:_-])/.exec(this.#source.slice(this.#at))
    if (!match) throw new Refused(FORMS)
    this.#at += match[0].length
    return (match[1] ?? match[2]) as string
  }

  #repeat(): Node['repeat'] {
    const match = /^(?:[?+*]|\{([0-9]{1,2})(?:,([0-9]{0,2}))?\})/.exec(this.#source.slice(this.#at))
    if (!match) return 'one'
    this.#at += match[0].length
    if (/^[?+*{]/.test(this.#source.slice(this.#at))) throw new Refused('one quantifier a part')
    if (match[0] === '?') {
      if (++this.#optional > MOST_OPTIONAL) throw new Refused(`at most ${MOST_OPTIONAL} optional parts`)
      return 'optional'
    }
    if (++this.#open > MOST_OPEN) throw new Refused(`at most ${MOST_OPEN} parts of open length`)
    return 'open'
  }

  #take(char: string): boolean {
    if (this.#source[this.#at] !== char) return false
    this.#at++
    return true
  }
}
