import type { Server } from 'node:http'
import type { Core } from './core.ts'
import type { Listener } from './server.ts'

/**
 * Stops in the order that loses no request: `/readyz` turns first, no connection is taken any more, idle ones are
 * closed, requests in flight finish, and only what is left after `drainMs` is cut.
 */
export async function drain(core: Core, listener: Listener, health: Server): Promise<void> {
  core.draining = true
  core.watch.finish()
  const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
  const cut = setTimeout(() => {
    core.watch.abandon()
    listener.closeAllConnections()
  }, core.timeouts.drainMs)
  await closed
  clearTimeout(cut)
  core.watch.close()
  await core.upstream.close()
  await core.guard.close()
  core.access?.close()
  await new Promise<void>((resolve) => {
    health.close(() => resolve())
    health.closeAllConnections()
  })
}
