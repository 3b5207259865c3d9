import type { ServerResponse } from 'node:http'
import { Answer } from '../../contract/answer.ts'

type Own = Record<string, [name: string, value: string | number | readonly string[]]>

/**
 * Where node keeps headers that were set one by one. With them taken out, `writeHead` sends one flat list as it stands;
 * with them in, it sets each of ours again, which costs several times as much. Where a runtime has no such field
 * (Bun, Deno, HTTP/2), the slow way is taken. It is found in the first response that has it.
 */
let outKey: symbol | undefined

function findOutKey(res: ServerResponse): symbol | undefined {
  outKey ??= Object.getOwnPropertySymbols(res).find((each) => each.description === 'kOutHeaders')
  return outKey
}

/** Calls `leave` with the answer's headers at the moment when they go out, however the handler has set them. */
export function hookWriteHead(res: ServerResponse, leave: (answer: Answer) => void): void {
  const original = res.writeHead
  res.writeHead = function writeHead(this: ServerResponse, status: number, message?: unknown, headers?: unknown) {
    // From here on the response is node's own again: nothing of this runs twice.
    res.writeHead = original
    const text = typeof message === 'string' ? message : undefined
    const key = findOutKey(res)
    const holder = res as unknown as Record<symbol, Own | null>
    // Undefined where this runtime does not show it.
    const own = key && holder[key]
    const answer = new Answer(status, merge(own, typeof message === 'string' ? headers : (headers ?? message)))
    leave(answer)
    if (key && own !== undefined) {
      holder[key] = null
      try {
        return send(original, res, status, text, answer.list)
      } finally {
        // Loggers read headers back after they are sent.
        holder[key] = own
      }
    }
    if (own === undefined) for (const name of res.getHeaderNames()) res.removeHeader(name)
    return send(original, res, status, text, answer.list)
  } as ServerResponse['writeHead']
}

function send(
  writeHead: ServerResponse['writeHead'],
  res: ServerResponse,
  status: number,
  text: string | undefined,
  list: string[],
): ServerResponse {
  return Reflect.apply(writeHead, res, text === undefined ? [status, list] : [status, text, list])
}

/** What was set one by one and what `writeHead` was given, in one list; the latter wins. */
function merge(own: Own | null | undefined, given: unknown): string[] {
  const list: string[] = []
  const later = flatten(given)
  if (own) {
    for (const lower in own) {
      const [name, value] = own[lower] as Own[string]
      if (!has(later, lower)) push(list, name, value)
    }
  }
  list.push(...later)
  return list
}

function flatten(given: unknown): string[] {
  const list: string[] = []
  if (given === undefined || given === null) return list
  if (Array.isArray(given)) {
    if (Array.isArray(given[0])) for (const [name, value] of given) push(list, name, value)
    else for (let at = 0; at < given.length; at += 2) push(list, given[at], given[at + 1])
  } else {
    for (const [name, value] of Object.entries(given)) push(list, name, value)
  }
  return list
}

function push(list: string[], name: string, value: unknown): void {
  if (value === undefined) return
  if (Array.isArray(value)) for (const each of value) list.push(name, String(each))
  else list.push(name, String(value))
}

function has(list: readonly string[], lower: string): boolean {
  for (let at = 0; at < list.length; at += 2) if ((list[at] as string).toLowerCase() === lower) return true
  return false
}
