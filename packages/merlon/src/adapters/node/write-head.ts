import type { ServerResponse } from 'node:http'
import { Answer } from '../../contract/answer.ts'
import { linesOf, Names } from '../../contract/ready.ts'
import { once } from '../../policy/once.ts'

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

/** Node's own: whoever stands before it may want to see every header. Asked for where it has been loaded already. */
const nodes = once(() => process.getBuiltinModule('node:http').ServerResponse.prototype.writeHead)

/** A `writeHead` that asks whose answer it is. */
export function hookOf(original: WriteHead, leaverOf: (res: ServerResponse) => Leaver | undefined): WriteHead {
  const send = original === nodes() ? sendLines : sendList
  return function writeHead(this: ServerResponse, status: number, message?: unknown, headers?: unknown) {
    const leaver = leaverOf(this)
    // Nothing of this runs twice.
    if (leaver === undefined || leaver.left) {
      return original.call(this, status, message, headers)
    }
    const text = typeof message === 'string' ? message : undefined
    const given = text === undefined ? (headers ?? message) : headers
    const key = findOutKey(this)
    // Undefined where this runtime does not show it.
    const own = key && (this as unknown as Record<symbol, Own | null>)[key]
    const answer = new Answer(status, merge(own, given))
    for (let each: Leaver | undefined = leaver; each !== undefined; each = each.outer) {
      each.left = true
      each.leave(answer)
    }
    return send({ writeHead: original, res: this, text, own, given, answer })
  }
}

interface Sending {
  readonly writeHead: WriteHead
  readonly res: ServerResponse
  readonly text: string | undefined
  /** What was set one by one; undefined where the runtime does not show it. */
  readonly own: Own | null | undefined
  readonly given: unknown
  readonly answer: Answer
}

/** In one list, and nothing besides it. */
function sendList({ writeHead, res, text, own, answer }: Sending): ServerResponse {
  const list = answer.complete()
  if (own === undefined) for (const name of res.getHeaderNames()) res.removeHeader(name)
  if (!own) return call(writeHead, res, answer.status, text, list)
  const holder = res as unknown as Record<symbol, Own | null>
  const key = outKey as symbol
  holder[key] = null
  try {
    return call(writeHead, res, answer.status, text, list)
  } finally {
    // Loggers read headers back after they are sent.
    holder[key] = own
  }
}

function call(
  writeHead: WriteHead,
  res: ServerResponse,
  status: number,
  text: string | undefined,
  list: string[] | undefined,
): ServerResponse {
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
function sendLines(sending: Sending): ServerResponse {
  const { writeHead, res, text, own, given, answer } = sending
  const { list, ready, status } = answer
  const lines = linesOf(list, answer.own)
  const before = ready === undefined ? '' : ready.lines
  if (lines === undefined || before === undefined || expecting.meet(list)) return sendList(sending)
  if (own && (given === undefined || given === null) && !answer.mended) {
    // They stand where node looks for them.
    for (const name of answer.removed ?? NONE) delete own[name.toLowerCase()]
    call(writeHead, res, status, text, undefined)
  } else if (own || (res as Head)._header !== null) {
    return sendList(sending)
  } else {
    call(writeHead, res, status, text, list.slice(0, answer.own))
  }
  const { _header: head } = res as Head
  // A runtime that has the field and does not use it.
  if (typeof head !== 'string') return sendList(sending)
  ;(res as Head)._header = `${head.slice(0, -2)}${before}${lines}\r\n`
  return res
}

const NONE: readonly string[] = []

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
