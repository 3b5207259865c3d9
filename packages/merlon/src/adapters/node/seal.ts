import type { ServerResponse } from 'node:http'

const WRITERS = [
  'setHeader',
  'setHeaders',
  'appendHeader',
  'removeHeader',
  'writeHead',
  'write',
  'end',
  'flushHeaders',
  'addTrailers',
  'writeContinue',
  'writeProcessing',
  'writeEarlyHints',
] as const

/**
 * Ends a handler's say: the guard has answered in its place. A handler that writes afterwards would otherwise throw in a
 * callback that nobody watches, and take the process down.
 */
export function seal(res: ServerResponse): void {
  const silent = res as unknown as Record<string, unknown>
  for (const name of WRITERS) silent[name] = () => (name === 'write' ? false : res)
}
