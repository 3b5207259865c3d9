import type { ServerResponse } from 'node:http'
import type { Exchange } from '../node/exchange.ts'
import { exchangeBehind, exchangeOf } from '../node/exchange-of.ts'
import { hookOf, hookWriteHead } from '../node/write-head.ts'
import type { ExpressRequest } from './middleware.ts'

/**
 * Express gives each request and response the prototypes of its app, and for every single one of them V8 then makes a
 * hidden class: what is added to it costs microseconds, and more for whoever looks at it afterwards. So what a guard
 * adds is added to these prototypes, once for an app: `req.merlon`, and a `writeHead` that asks whose answer it is.
 */
const prepared = new WeakSet<object>()

/** Has the exchange called when the answer's headers go out. */
export function hookApp(res: ServerResponse, exchange: Exchange): void {
  const prototype = appPrototype(res) as ServerResponse | undefined
  // Whoever came before and changed the response's own is called first in any case.
  if (prototype === undefined || Object.hasOwn(res, 'writeHead')) {
    hookWriteHead(res, exchange)
  } else if (!prepared.has(prototype)) {
    prepared.add(prototype)
    const value = hookOf(prototype.writeHead as Parameters<typeof hookOf>[0], exchangeBehind)
    Object.defineProperty(prototype, 'writeHead', { value, writable: true, configurable: true })
  }
}

/** Gives handlers the guard's work. */
export function giveView(req: ExpressRequest, exchange: Exchange): void {
  const prototype = appPrototype(req)
  if (prototype === undefined) {
    req.merlon = exchange.view
  } else if (!prepared.has(prototype)) {
    prepared.add(prototype)
    Object.defineProperty(prototype, 'merlon', {
      get(this: ExpressRequest) {
        return exchangeOf(this)?.view
      },
      set(this: ExpressRequest, value: unknown) {
        Object.defineProperty(this, 'merlon', { value, writable: true, configurable: true, enumerable: true })
      },
      configurable: true,
    })
  }
}

/**
 * The prototype of the outermost app. An app that is mounted in another inherits from it, and gives what it does not
 * answer back with the other's prototypes. Undefined where this is no app of Express'.
 */
export function appPrototype(each: object): object | undefined {
  let found: object | undefined
  for (let at = Object.getPrototypeOf(each); at !== null && Object.hasOwn(at, 'app'); at = Object.getPrototypeOf(at)) {
    found = at
  }
  return found
}
