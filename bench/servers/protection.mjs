// @ts-check
// The same protection in three ways: what is equal stands here.

export const ORIGIN = 'https://shop.example'

/** Never reached: what is measured is requests that pass. */
export const QUOTA = 100_000_000
export const WINDOW_SECONDS = 86_400

export const BODY_BYTES = 102_400

/**
 * What Merlon is told, so that it protects as the packages do and as the floor does by hand. What goes beyond them and
 * has a switch is off: `transport`, `load`, `deadline`, `Cache-Control`, and two headers that helmet does not send; nobody
 * declares proxies to any of them. What has none, the floor does too: it refuses paths that two readers could take
 * differently, pages of foreign origins and bodies of unknown length, and every answer has a request id.
 */
export const policy = {
  client: { proxies: 'none' },
  transport: 'off',
  limits: { general: `${QUOTA}/1d` },
  cors: { origins: [ORIGIN], credentials: true, exposedHeaders: [] },
  headers: {
    csp: {
      'default-src': ["'self'"],
      'base-uri': ["'self'"],
      'font-src': ["'self'", 'https:', 'data:'],
      'form-action': ["'self'"],
      'frame-ancestors': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'script-src': ["'self'"],
      'script-src-attr': ["'none'"],
      'style-src': ["'self'", 'https:', "'unsafe-inline'"],
      'upgrade-insecure-requests': [],
    },
    xFrameOptions: 'sameorigin',
    permissionsPolicy: 'off',
    crossOriginEmbedderPolicy: 'off',
    noStore: 'off',
  },
  size: `${BODY_BYTES / 1024}kb`,
  load: 'off',
  deadline: 'off',
}

/** The same with a schema for the route's input. */
export const validating = {
  ...policy,
  routes: {
    'GET /books/:id': {
      input: { params: { use: 'BookParams' }, query: { use: 'Paging' } },
    },
  },
}

/** What it would say of such a quota is not written. */
export const log = { debug() {}, info() {}, warn() {}, error() {} }

export const BOOK = { id: 7, title: 'The Castle', author: 'Franz Kafka', year: 1926, pages: 304, inStock: true }

/** helmet's headers, as a flat list; the first two are for HTTPS alone (RFC 6797 §7.2). */
export const SECURITY = [
  'Strict-Transport-Security',
  'max-age=31536000; includeSubDomains',
  'Content-Security-Policy',
  "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests",
  'Cross-Origin-Opener-Policy',
  'same-origin',
  'Cross-Origin-Resource-Policy',
  'same-origin',
  'Origin-Agent-Cluster',
  '?1',
  'Referrer-Policy',
  'no-referrer',
  'X-Content-Type-Options',
  'nosniff',
  'X-DNS-Prefetch-Control',
  'off',
  'X-Download-Options',
  'noopen',
  'X-Frame-Options',
  'SAMEORIGIN',
  'X-Permitted-Cross-Domain-Policies',
  'none',
  'X-XSS-Protection',
  '0',
]

/** Those of them that go out over plain HTTP, which is what is measured. */
export const PLAIN_SECURITY = SECURITY.slice(2)

/** A limiter as one would write it by hand: a fixed window for each address. */
export class Windows {
  /** @type {Map<string, { count: number, endsMs: number }>} */
  #windows = new Map()

  /** @param {string} address */
  count(address) {
    const nowMs = Date.now()
    let window = this.#windows.get(address)
    if (window === undefined || window.endsMs <= nowMs) {
      window = { count: 0, endsMs: nowMs + WINDOW_SECONDS * 1000 }
      this.#windows.set(address, window)
    }
    window.count++
    return { remaining: QUOTA - window.count, seconds: Math.ceil((window.endsMs - nowMs) / 1000) }
  }
}

export const LIMIT_POLICY = `"general";q=${QUOTA};w=${WINDOW_SECONDS}`

/** @param {{ remaining: number, seconds: number }} counted */
export function limitText({ remaining, seconds }) {
  return `"general";r=${remaining};t=${seconds}`
}

const PATH = /^(?!.*\/\.{1,2}(?:[/?]|$))\/[\w.~!$&'()*+,=:@/-]*(?:\?[^\s#]*)?$/

/**
 * What is wrong with a request besides its rate, as a status; 0 where nothing is.
 * @param {import('node:http').IncomingMessage} req
 */
export function faultOf({ url, headers }) {
  if (!PATH.test(url ?? '')) return 400
  if (headers['transfer-encoding'] !== undefined) return 411
  const length = headers['content-length']
  if (length !== undefined && !(Number(length) <= BODY_BYTES)) return 413
  return headers.origin === undefined || headers.origin === ORIGIN ? 0 : 403
}
