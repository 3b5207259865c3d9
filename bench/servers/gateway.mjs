// @ts-check
// One reverse proxy: `node gateway.mjs KIND PORT-OF-UPSTREAM`.
import { createServer } from 'node:http'
import { listen, tell } from './listen.mjs'
import { log, ORIGIN } from './protection.mjs'

const [kind = '', port = ''] = process.argv.slice(2)
const target = `http://127.0.0.1:${port}`

/** The sample API's policy, with a quota that is not reached. */
const policy = {
  client: { proxies: 'none' },
  limits: { general: '100000000/1d' },
  cors: { origins: [ORIGIN], credentials: true },
  size: '100kb',
  routes: {
    'POST /auth/login': {
      limits: {
        'login-by-address': '5/15m',
        'login-by-account': { rate: '5/15m', by: { body: 'email', as: 'email' } },
      },
    },
    'POST /auth/forgot-password': {
      limits: { 'reset-by-address': '3/1h', 'reset-by-account': { rate: '3/1h', by: { body: 'email', as: 'email' } } },
    },
    'POST /uploads': { size: '10mb' },
  },
}

/** @type {Record<string, () => Promise<void>>} */
const kinds = {
  merlon: async () => {
    const { serve } = await import(new URL('../../packages/gateway/dist/index.js', import.meta.url).href)
    const limits = { requestsPerConnection: 100_000_000 }
    const timeouts = { keepAliveMs: 600_000 }
    const gateway = await serve({
      upstream: target,
      listen: '127.0.0.1:0',
      admin: false,
      policy,
      limits,
      timeouts,
      log,
    })
    tell()
    process.send?.({ port: Number(new URL(gateway.address).port) })
  },
  'http-proxy': async () => {
    const { Agent } = await import('node:http')
    // @ts-expect-error It brings no types.
    const { default: httpProxy } = await import('http-proxy')
    const proxy = httpProxy.createProxyServer({ target, agent: new Agent({ keepAlive: true }) })
    listen(createServer((req, res) => proxy.web(req, res)))
  },
  'fast-gateway': async () => {
    const { default: gateway } = await import('fast-gateway')
    const server = gateway({ routes: [{ prefix: '', prefixRewrite: '', target }] })
    listen(server.getServer())
  },
  // What a proxy costs on undici with no protection at all.
  undici: async () => {
    const { Pool } = await import('undici')
    const pool = new Pool(target, { connections: 64 })
    listen(
      createServer((req, res) => {
        pool.dispatch(
          { path: req.url ?? '/', method: 'GET', headers: req.headers },
          {
            onConnect() {},
            onHeaders(status, raw) {
              res.writeHead(status, /** @type {any} */ (raw.map((each) => each.toString('latin1'))))
              return true
            },
            onData: (chunk) => res.write(chunk),
            onComplete: () => void res.end(),
            onError: (error) => void res.destroy(error),
          },
        )
      }),
    )
  },
}

const start = kinds[kind]
if (start === undefined) throw new TypeError(`expected one of ${Object.keys(kinds).join(', ')}`)
await start()
