import type { Definition } from './definition.ts'

/** More than this in one call would keep Redis from its other clients for over a millisecond. */
const MOST_OPERATIONS = 128

/** The calls of one turn of the event loop, by tag. */
export class Calls {
  readonly all: Call[] = []
  readonly #open = new Map<string, Call>()

  of(tag: string): Call {
    let call = this.#open.get(tag)
    if (call === undefined || call.size >= MOST_OPERATIONS) {
      call = new Call()
      this.#open.set(tag, call)
      this.all.push(call)
    }
    return call
  }
}

/** Several operations that go to Redis as one script call; spec/redis/head.lua has its form. */
export class Call {
  readonly keys: string[] = []
  readonly #keys = new Map<string, number>()
  readonly #definitions = new Map<Definition, number>()
  #operations = ''
  readonly #done: ((reply: string) => void)[] = []
  readonly #failed: ((error: unknown) => void)[] = []

  get size(): number {
    return this.#done.length
  }

  /** The place of a key among those of the call. */
  key(name: string): number {
    let place = this.#keys.get(name)
    if (place === undefined) {
      place = this.keys.push(name)
      this.#keys.set(name, place)
    }
    return place
  }

  definition(definition: Definition): number {
    let place = this.#definitions.get(definition)
    if (place === undefined) {
      place = this.#definitions.size + 1
      this.#definitions.set(definition, place)
    }
    return place
  }

  /**
   * Adds an operation, as the JSON of what stands between its brackets.
   *
   * @returns what `decode` makes of its line of the reply; rejected where the operation or the whole call fails
   */
  add<T>(operation: string, decode: (reply: string) => T): Promise<T> {
    this.#operations += this.#operations === '' ? `[${operation}]` : `,[${operation}]`
    return new Promise<T>((resolve, reject) => {
      this.#failed.push(reject)
      this.#done.push((reply) => {
        if (reply.startsWith('!')) return reject(new Error(`redis: ${reply.slice(1)}`))
        try {
          resolve(decode(reply))
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  request(micros: number, slackMs: number, wallMs: number): string {
    const definitions = [...this.#definitions.keys()].map((definition) => definition.numbers(wallMs))
    return `[${micros},${slackMs},[${definitions.join(',')}],[${this.#operations}]]`
  }

  settle(reply: string): void {
    const lines = reply.split('\n')
    for (let at = 0; at < this.#done.length; at++) {
      this.#done[at]?.(lines[at] ?? '!the reply is too short')
    }
  }

  fail(error: unknown): void {
    for (const failed of this.#failed) failed(error)
  }
}
