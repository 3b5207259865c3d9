import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { appPrototype } from './app.ts'

/**
 * Express gives each request and response the prototypes of its app when they come in. For every single one of them V8
 * then makes a hidden class, and every look at it is slow from there on, for node, for Express and for whoever comes
 * after: most of what Express takes goes there. Where an app is all that a server calls, its requests come to have these
 * prototypes in any case, so they are made with them, and Express has nothing left to change.
 *
 * A server that anybody else listens to, or that makes requests of a kind of its own, is left alone.
 */
export function bearAsExpress(req: IncomingMessage, res: ServerResponse): void {
  const { server } = req.socket as { server?: Server }
  if (server === undefined || server === last) return
  last = server
  if (seen.has(server)) return
  seen.add(server)
  const request = appPrototype(req)
  const response = appPrototype(res)
  if (request === undefined || response === undefined) return
  const listeners = server.listeners('request')
  if (listeners.length !== 1 || listeners[0] !== (request as { app?: unknown }).app) return
  // Loaded already: there is a server.
  const node = process.getBuiltinModule('node:http')
  bear(server, node.IncomingMessage, request)
  bear(server, node.ServerResponse, response)
}

const seen = new WeakSet<Server>()
let last: Server | undefined

/**
 * V8 leaves room in an object for as many properties as it reads in its constructor, whether or not they are ever set.
 * Without it, node's own would not fit, and objects become tables, which are slower by a quarter of all that Express takes.
 */
const NEVER = Symbol('never')
type Room = Partial<
  Record<
    | 'a'
    | 'b'
    | 'c'
    | 'd'
    | 'e'
    | 'f'
    | 'g'
    | 'h'
    | 'i'
    | 'j'
    | 'k'
    | 'l'
    | 'm'
    | 'n'
    | 'o'
    | 'p'
    | 'q'
    | 'r'
    | 's'
    | 't'
    | 'u'
    | 'v'
    | 'w'
    | 'x',
    unknown
  >
>

/** Node keeps what `createServer` was told to make requests with under a symbol of the class's name. */
function bear(server: Server, made: Made, prototype: object): void {
  const key = Object.getOwnPropertySymbols(server).find((each) => each.description === made.name)
  const holder = server as unknown as Record<symbol, unknown>
  // A class could not be called for an object that is made already.
  if (key === undefined || holder[key] !== made || /^class\b/.test(Function.prototype.toString.call(made))) return
  const make = made as unknown as (this: object, first: unknown, second: unknown) => void
  function Born(this: Room, first: unknown, second: unknown): void {
    if (first === NEVER) this.a = this.b = this.c = this.d = this.e = this.f = this.g = this.h = second
    if (first === NEVER) this.i = this.j = this.k = this.l = this.m = this.n = this.o = this.p = second
    if (first === NEVER) this.q = this.r = this.s = this.t = this.u = this.v = this.w = this.x = second
    make.call(this, first, second)
  }
  Born.prototype = prototype
  holder[key] = Born
}

type Made = typeof IncomingMessage | typeof ServerResponse
