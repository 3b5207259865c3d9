import { serve } from '@merlon/gateway'

/** A gateway as a process of its own, which tells its memory when it is asked. */
const gateway = await serve({
  upstream: process.argv[2] ?? '',
  listen: '127.0.0.1:0',
  admin: false,
  // A quota that is not reached: the run is about requests that pass. The rest is what holds with nothing written.
  policy: { limits: '100000000/1d', size: '1mb' },
  accessLog: { write: () => {} },
  // What the run breaks on purpose is no news.
  log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
})

process.on('message', () => {
  const { gc } = globalThis as { gc?: () => void }
  gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, heapUsed, external })
})
process.send?.(gateway.address)
