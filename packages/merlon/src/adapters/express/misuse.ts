import type { Facts } from '../../contract/facts.ts'
import type { Log } from '../../contract/log.ts'
import type { ExpressErrorHandler, ExpressRequest } from './middleware.ts'

/** Requests that are looked at; what is set up wrongly shows in the first ones. */
const LOOKS = 100

/**
 * Mistakes in how the guard is put into an app. Each is said once, with the line to write; nothing is refused, and after
 * the first requests nothing is looked at any more.
 */
export class Misuse {
  readonly #log: Log
  readonly #errors: ExpressErrorHandler
  readonly #said = new Set<string>()
  #left = LOOKS

  constructor(log: Log, errors: ExpressErrorHandler) {
    this.#log = log
    this.#errors = errors
  }

  look(req: ExpressRequest, facts: Facts): void {
    if (this.#left === 0) return
    if (this.#left === LOOKS) this.#errorsMounted(req)
    this.#left--
    if (facts.meter && req.readableEnded && !facts.body) {
      this.#say(
        'guard-late',
        'the body was read before the guard could count it; write app.use(guard) before the body parsers',
      )
    }
    if (req.ip !== undefined && plain(req.ip) !== facts.client.address && facts.client.address !== '') {
      this.#say(
        'trust-proxy-differs',
        `Express' req.ip and the guard's client differ; use req.merlon.client.address, or set "trust proxy" to the proxies that the policy names`,
      )
    }
  }

  #errorsMounted(req: ExpressRequest): void {
    const app = req.app as { _router?: Routing; router?: Routing } | undefined
    // Express 4 throws where `router` is read, 5 has no `_router`.
    const stack = app?._router?.stack ?? (app && !('_router' in app) ? app.router?.stack : undefined)
    if (!stack || stack.some((layer) => layer.handle === this.#errors)) return
    this.#say(
      'errors-unmounted',
      "Express' own error page shows stacks; write app.use(guard.errors) after the last route",
    )
  }

  #say(code: string, message: string): void {
    if (this.#said.has(code)) return
    this.#said.add(code)
    this.#log.warn({ event: 'misuse', code }, message)
  }
}

interface Routing {
  readonly stack: readonly { readonly handle: unknown }[]
}

function plain(ip: string): string {
  return ip.startsWith('::ffff:') ? ip.slice(7) : ip
}
