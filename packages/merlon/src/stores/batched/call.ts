import type { Definition } from './definition.ts'
import type { Key } from './names.ts'

/** More than this in one call would keep a server from its other clients for over a millisecond. */
const MOST_OPERATIONS = 64

/** Far below what any server takes in one command. */
const MOST_KEYS = 1000

/** The code of charges that are told together. */
const RUN = 19

/** The calls of one turn of the event loop, by tag. */
export class Calls {
  readonly all: Call[] = []
  readonly #open = new Map<string, Call>()

  of(tag: string): Call {
    let call = this.#open.get(tag)
    if (call === undefined || call.size >= MOST_OPERATIONS || call.keys.length >= MOST_KEYS) {
      call = new Call()
      this.#open.set(tag, call)
      this.all.push(call)
    }
    return call
  }
}

let made = 0

/** Several operations that go to the server as one call; spec/redis/head.lua has its form. */
export class Call {
  readonly keys: string[] = []
  /** No other call's: what a name notes of a call means nothing to others. */
  readonly #id = ++made
  #others: Map<string, number> | undefined
  readonly #definitions = new Map<Definition, number>()
  readonly #operations: Operation[] = []
  readonly #runs = new Map<readonly Definition[], Operation>()
  #size = 0
  #last: Definition | undefined
  #lastPlace = 0

  /** Decisions, each of which has a line of the reply. */
  get size(): number {
    return this.#size
  }

  /** The place of a subject's key among those of the call. */
  keyOf(key: Key): number {
    if (key.call !== this.#id) {
      key.call = this.#id
      key.place = this.keys.push(key.text)
    }
    return key.place
  }

  /** The same for a key that stands in no name. */
  key(text: string): number {
    this.#others ??= new Map()
    let place = this.#others.get(text)
    if (place === undefined) {
      place = this.keys.push(text)
      this.#others.set(text, place)
    }
    return place
  }

  definition(definition: Definition): number {
    if (definition === this.#last) return this.#lastPlace
    let place = this.#definitions.get(definition)
    if (place === undefined) {
      place = this.#definitions.size + 1
      this.#definitions.set(definition, place)
    }
    this.#last = definition
    this.#lastPlace = place
    return place
  }

  /**
   * Adds an operation, as the JSON of what stands between its brackets.
   *
   * @returns what `decode` makes of its line of the reply; rejected where the operation or the whole call fails
   */
  add<T>(operation: string, decode: (line: string) => T): Promise<T> {
    const added = { text: operation, waiting: [] }
    this.#operations.push(added)
    return this.#wait(added, decode)
  }

  /** Adds a charge of these limits at a cost of 1, to the others of the same. */
  charge<T>(definitions: readonly Definition[], keys: readonly Key[], decode: (line: string) => T): Promise<T> {
    let run = this.#runs.get(definitions)
    if (run === undefined) {
      const places = definitions.map((definition) => this.definition(definition))
      run = { text: [RUN, definitions.length, ...places].join(), waiting: [] }
      this.#operations.push(run)
      this.#runs.set(definitions, run)
    }
    for (const key of keys) run.text += `,${this.keyOf(key)}`
    return this.#wait(run, decode)
  }

  #wait<T>({ waiting }: Operation, decode: (line: string) => T): Promise<T> {
    this.#size++
    return new Promise<T>((resolve, reject) => {
      waiting.push({ decode, resolve: resolve as (value: unknown) => void, reject })
    })
  }

  request(micros: number, slackMs: number, wallMs: number): string {
    const definitions = [...this.#definitions.keys()].map((definition) => definition.numbers(wallMs))
    const operations = this.#operations.map(({ text }) => text)
    return `[${micros},${slackMs},[${definitions.join(',')}],[[${operations.join('],[')}]]]`
  }

  settle(reply: string, store: string): void {
    let from = 0
    for (const { waiting } of this.#operations) {
      for (const each of waiting) {
        const end = reply.indexOf('\n', from)
        answer(store, each, end < 0 ? reply.slice(from) : reply.slice(from, end))
        from = end < 0 ? reply.length : end + 1
      }
    }
  }

  fail(error: unknown): void {
    for (const { waiting } of this.#operations) for (const { reject } of waiting) reject(error)
  }
}

function answer(store: string, { decode, resolve, reject }: Waiting, line: string): void {
  if (line === '' || line.startsWith('!')) {
    reject(new Error(`${store}: ${line.slice(1) || 'the reply is too short'}`))
    return
  }
  try {
    resolve(decode(line))
  } catch (error) {
    reject(error)
  }
}

/** One operation, and who waits for its lines. */
interface Operation {
  text: string
  readonly waiting: Waiting[]
}

interface Waiting {
  readonly decode: (line: string) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}
