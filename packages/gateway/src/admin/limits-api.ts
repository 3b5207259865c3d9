import type { IncomingMessage } from 'node:http'
import type { LimitsDesk } from 'merlon'
import type { Token } from './token.ts'
import type { TopClients } from './top-clients.ts'

/** An answer of the API, as JSON. */
export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

const LONGEST_BAN_MS = 366 * 86_400_000

/**
 * Limits over HTTP: `GET` and `DELETE /limits?client=203.0.113.7` show and reset, `GET /bans` lists,
 * `PUT /bans?client=…&for=60000` bans for so many milliseconds, `DELETE /bans?client=…` lifts, `GET /top` tells who was
 * refused most often since the start.
 */
export class LimitsApi {
  readonly #desk: LimitsDesk
  readonly #token: Token
  readonly #top: TopClients

  constructor(desk: LimitsDesk, token: Token, top: TopClients) {
    this.#desk = desk
    this.#token = token
    this.#top = top
  }

  /** Undefined for what is no path of this API. Nothing is told, and nothing done, without the token. */
  async answer(req: IncomingMessage): Promise<ApiAnswer | undefined> {
    const url = new URL(req.url ?? '/', 'http://admin')
    const act = this.#find(req.method ?? '', url.pathname)
    if (act === undefined) return undefined
    if (!this.#token.isIn(req.headers.authorization)) {
      return { status: 401, body: { status: 'unauthorized', detail: `send the token in ${this.#token.file}` } }
    }
    try {
      return { status: 200, body: await act(url.searchParams) }
    } catch (error) {
      if (error instanceof TypeError) return { status: 400, body: { status: 'refused', detail: error.message } }
      throw error
    }
  }

  #find(method: string, path: string): ((asked: URLSearchParams) => unknown) | undefined {
    const desk = this.#desk
    switch (`${method} ${path}`) {
      case 'GET /limits':
        return (asked) => desk.show(clientOf(asked))
      case 'DELETE /limits':
        return (asked) => desk.reset(clientOf(asked)).then(done)
      case 'GET /bans':
        return () => desk.bans()
      case 'PUT /bans':
        return (asked) => desk.ban(clientOf(asked), timeOf(asked)).then(done)
      case 'DELETE /bans':
        return (asked) => desk.unban(clientOf(asked)).then(done)
      case 'GET /top':
        return () => this.#top.list()
    }
    return undefined
  }
}

function done(): object {
  return { status: 'done' }
}

function clientOf(asked: URLSearchParams): string {
  return asked.get('client') ?? ''
}

function timeOf(asked: URLSearchParams): number {
  const text = asked.get('for') ?? ''
  const ms = Number(text)
  if (/^\d{1,15}$/.test(text) && ms > 0 && ms <= LONGEST_BAN_MS) return ms
  throw new TypeError(`expected "for" in milliseconds, from 1 to ${LONGEST_BAN_MS}, got ${JSON.stringify(text)}`)
}
