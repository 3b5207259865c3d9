import type { Engine } from '../batched/engine.ts'
import type { Link } from './link.ts'
import { DIGEST, SCRIPT } from './script.generated.ts'

/** Decides by the script of spec/redis, over whichever client. */
export class RedisEngine implements Engine {
  readonly name = 'redis'
  readonly clustered: boolean
  readonly #link: Link

  constructor(link: Link) {
    this.#link = link
    this.clustered = link.clustered
  }

  async run(keys: readonly string[], request: string): Promise<unknown> {
    const [first = ''] = keys
    const args = [String(keys.length), ...keys, request]
    try {
      return await this.#link.send(first, 'EVALSHA', [DIGEST, ...args])
    } catch (error) {
      // Of this error alone it is known that nothing was run.
      if (!isNoScript(error)) throw error
      return this.#link.send(first, 'EVAL', [SCRIPT, ...args])
    }
  }

  open(): Promise<void> {
    return this.#link.open()
  }

  clear(prefix: string): Promise<void> {
    return this.#link.clear(prefix)
  }

  publish(channel: string, message: string): Promise<unknown> {
    return this.#link.send(channel, 'PUBLISH', [channel, message])
  }

  listen(channel: string, heard: (message: string) => void): Promise<() => void> {
    return this.#link.listen(channel, heard)
  }
}

const isNoScript = (error: unknown) => error instanceof Error && error.message.startsWith('NOSCRIPT')
