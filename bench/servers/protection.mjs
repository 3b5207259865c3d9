// @ts-check
// The same protection in three ways: what is equal stands here.

export const ORIGIN = 'https://shop.example'

/** Never reached: what is measured is requests that pass. */
export const QUOTA = 100_000_000
export const WINDOW_SECONDS = 86_400

export const BODY_BYTES = 102_400

/** What Merlon is told. What goes beyond the packages' protection by default, and has a switch, is off. */
export const policy = {
  limits: { general: `${QUOTA}/1d` },
  cors: { origins: [ORIGIN], credentials: true, exposedHeaders: [] },
  headers: { permissionsPolicy: 'off', crossOriginEmbedderPolicy: 'off' },
  size: `${BODY_BYTES / 1024}kb`,
}

/** What it would say of such a quota is not written. */
export const log = { debug() {}, info() {}, warn() {}, error() {} }

export const BOOK = { id: 7, title: 'The Castle', author: 'Franz Kafka', year: 1926, pages: 304, inStock: true }

/** helmet's headers, as a flat list. */
export const SECURITY = [
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
  'Strict-Transport-Security',
  'max-age=31536000; includeSubDomains',
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

/** @param {import('node:http').IncomingMessage} req whether its body may be read */
export function isSmall(req) {
  const length = req.headers['content-length']
  return length === undefined || Number(length) <= BODY_BYTES
}
