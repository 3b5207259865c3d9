import { validateHeaderName, validateHeaderValue } from 'node:http'

/**
 * Headers from which node decides how an answer is framed and what becomes of its connection. `Expect`, at which it
 * sends the head at once, is none: in an answer it says nothing.
 */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
])

/** Of a header by its name: what was last sent under it. */
interface Line {
  readonly framing: boolean
  readonly kept: boolean
  value: string
  text: string
  /** Whether the text is one string in memory: what was added together is put together at each use. */
  flat: boolean
}

const MAX_LINES = 500
const MAX_NAME = 60
const MAX_VALUE = 2000

/**
 * Headers as text. Most of an answer's headers are those of the answer before it, so what node has found valid is kept
 * and used again while name and value stay the same; node would look through all of them each time.
 */
export class HeaderLines {
  readonly #lines = new Map<string, Line>()

  /** How many names are kept. */
  get size(): number {
    return this.#lines.size
  }

  /**
   * The text of a list, `Name: value` and an end of line each; but framing headers go to `framing`, for node to see.
   *
   * @throws node's error for a name or a value that cannot stand in a header
   */
  write(list: readonly string[], framing: string[]): string {
    let text = ''
    for (let at = 0; at < list.length; at += 2) {
      const name = list[at] as string
      const value = list[at + 1] as string
      const line = this.#lines.get(name) ?? this.#add(name)
      if (line.framing) {
        framing.push(name, value)
      } else if (line.value === value && line.text !== '') {
        if (!line.flat) flatten(line)
        text += line.text
      } else {
        validateHeaderValue(name, value)
        const added = `${name}: ${value}\r\n`
        text += added
        if (line.kept && value.length <= MAX_VALUE) {
          line.value = value
          line.text = added
          line.flat = false
        }
      }
    }
    return text
  }

  #add(name: string): Line {
    validateHeaderName(name)
    const lower = name.toLowerCase()
    // A cookie is one client's, and stays in memory no longer than it has to.
    const line = { framing: FRAMING.has(lower), kept: lower !== 'set-cookie', value: '', text: '', flat: false }
    // Names are the upstream's to invent: the map must not grow with them.
    if (this.#lines.size < MAX_LINES && name.length <= MAX_NAME) this.#lines.set(name, line)
    return line
  }
}

/** What comes a second time will come again. */
function flatten(line: Line): void {
  line.text = Buffer.from(line.text, 'latin1').toString('latin1')
  line.flat = true
}
