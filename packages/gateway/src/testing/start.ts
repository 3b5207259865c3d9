import type { RequestListener } from 'node:http'
import { type Gateway, type ServeOptions, serve } from '../serve.ts'
import { type Backend, openBackend } from './backend.ts'
import { silentLog } from './silent-log.ts'

const opened: { close(): Promise<void> }[] = []

/** An upstream and a gateway in front of it, both on free ports of the loopback address. */
export async function start(
  answer?: RequestListener,
  options: Partial<ServeOptions> = {},
): Promise<{ backend: Backend; gateway: Gateway }> {
  const backend = await openBackend(answer)
  opened.push(backend)
  const gateway = await serve({
    upstream: backend.url,
    listen: '127.0.0.1:0',
    admin: false,
    log: silentLog,
    ...options,
  })
  opened.push(gateway)
  return { backend, gateway }
}

/** Something else that has to be closed after the test. */
export function closeLater(each: { close(): Promise<void> }): void {
  opened.push(each)
}

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each.close()
}

/** A promise, and what fulfils it. */
export function signal<T = void>(): { readonly promise: Promise<T>; readonly fire: (value: T) => void } {
  let fire: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => {
    fire = resolve
  })
  return { promise, fire }
}
