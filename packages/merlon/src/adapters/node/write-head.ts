import { ServerResponse } from 'node:http'
import { Answer } from '../../contract/answer.ts'
import { linesOf, Names } from '../../contract/ready.ts'

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

/** Whoever has a say on an answer on its way out, once. */
export interface Leaver {
  leave(answer: Answer): void
  left: boolean
  /** Who was there before, and comes after. */
  readonly outer: Leaver | undefined
}

type WriteHead = (this: ServerResponse, status: number, message?: unknown, headers?: unknown) => ServerResponse

const LEAVER = Symbol('merlon.leaver')

type Held = ServerResponse & { [LEAVER]?: Leaver }

/** Has `leaver` called with the answer's headers at the moment when they go out, however the handler has set them. */
export function hookWriteHead(res: ServerResponse, leaver: Leaver): void {
  const before = (res as Held)[LEAVER]
  ;(res as Held)[LEAVER] = leaver
  if (before === undefined) res.writeHead = hooked(res.writeHead as WriteHead) as ServerResponse['writeHead']
}

let last: { readonly original: WriteHead; readonly hook: WriteHead } | undefined

/** One function for all responses that nobody else has changed: none is made for each. */
function hooked(original: WriteHead): WriteHead {
  if (last?.original !== original) last = { original, hook: hookOf(original, (res) => (res as Held)[LEAVER]) }
  return last.hook
}

/** Node's own: whoever stands before it may want to see every header. */
const { writeHead: nodes } = ServerResponse.prototype

/** A `writeHead` that asks whose answer it is. */
export function hookOf(original: WriteHead, leaverOf: (res: ServerResponse) => Leaver | undefined): WriteHead {
  const send = original === nodes ? sendLines : sendList
  return function writeHead(this: ServerResponse, status: number, message?: unknown, headers?: unknown) {
    const leaver = leaverOf(this)
    // Nothing of this runs twice.
    if (leaver === undefined || leaver.left) {
      return original.call(this, status, message, headers)
    }
    const text = typeof message === 'string' ? message : undefined
    const key = findOutKey(this)
    const holder = this as unknown as Record<symbol, Own | null>
    // Undefined where this runtime does not show it.
    const own = key && holder[key]
    const answer = new Answer(status, merge(own, text === undefined ? (headers ?? message) : headers))
    for (let each: Leaver | undefined = leaver; each !== undefined; each = each.outer) {
      each.left = true
      each.leave(answer)
    }
    if (key && own) {
      holder[key] = null
      try {
        return send(original, this, text, answer)
      } finally {
        // Loggers read headers back after they are sent.
        holder[key] = own
      }
    }
    if (own === undefined) for (const name of this.getHeaderNames()) this.removeHeader(name)
    return send(original, this, text, answer)
  }
}

type Send = (writeHead: WriteHead, res: ServerResponse, text: string | undefined, answer: Answer) => ServerResponse

const sendList: Send = (writeHead, res, text, answer) => {
  const { status } = answer
  const list = answer.complete()
  return text === undefined ? writeHead.call(res, status, list) : writeHead.call(res, status, text, list)
}

/** With it node sends the head at once. */
const expecting = new Names(['expect'])

/** Where node keeps the head until the first byte of the body goes out with it. */
interface Head {
  _header?: string | null
}

/**
 * Node reads each header that it is given, to see what it says of the framing and whether it may be sent. Of the guard's
 * own this is known: node is given the handler's, and the guard's are put behind them as lines.
 */
const sendLines: Send = (writeHead, res, text, answer) => {
  const { list, own, ready } = answer
  const lines = linesOf(list, own)
  const before = ready === undefined ? '' : ready.lines
  if (lines === undefined || before === undefined || (res as Head)._header !== null || expecting.meet(list)) {
    return sendList(writeHead, res, text, answer)
  }
  const added = list.slice(own)
  list.length = own
  if (text === undefined) writeHead.call(res, answer.status, list)
  else writeHead.call(res, answer.status, text, list)
  const { _header: head } = res as Head
  if (typeof head === 'string') {
    ;(res as Head)._header = `${head.slice(0, -2)}${before}${lines}\r\n`
    return res
  }
  // A runtime that has the field and does not use it.
  list.push(...added)
  return sendList(writeHead, res, text, answer)
}

/** What was set one by one and what `writeHead` was given, in one list; the latter wins. */
function merge(own: Own | null | undefined, given: unknown): string[] {
  const later = flatten(given)
  if (!own) return later
  const list: string[] = []
  for (const lower in own) {
    const [name, value] = own[lower] as Own[string]
    if (later.length === 0 || !has(later, lower)) push(list, name, value)
  }
  if (later.length > 0) list.push(...later)
  return list
}

function flatten(given: unknown): string[] {
  const list: string[] = []
  if (given === undefined || given === null) return list
  if (Array.isArray(given)) {
    if (Array.isArray(given[0])) for (const [name, value] of given) push(list, name, value)
    else for (let at = 0; at < given.length; at += 2) push(list, given[at], given[at + 1])
  } else {
    for (const name of Object.keys(given)) push(list, name, (given as Record<string, unknown>)[name])
  }
  return list
}

function push(list: string[], name: string, value: unknown): void {
  if (typeof value === 'string') list.push(name, value)
  else if (value === undefined) return
  else if (Array.isArray(value)) for (const each of value) list.push(name, String(each))
  else list.push(name, String(value))
}

function has(list: readonly string[], lower: string): boolean {
  for (let at = 0; at < list.length; at += 2) if ((list[at] as string).toLowerCase() === lower) return true
  return false
}
