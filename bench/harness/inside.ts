import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * What the library exports to nobody and is measured all the same: the guard without a host, and counters without a
 * guard. Built as the library is.
 *
 * @returns the file
 */
export async function buildInside(): Promise<string> {
  const folder = fileURLToPath(new URL('../../.run/bench/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const outfile = `${folder}inside.mjs`
  const source = (path: string) =>
    JSON.stringify(fileURLToPath(new URL(`../../packages/merlon/src/${path}`, import.meta.url)))
  await build({
    stdin: {
      contents: `
        export { nodeHost } from ${source('adapters/node/host.ts')}
        export { Answer } from ${source('contract/answer.ts')}
        export { Subject } from ${source('contract/counters.ts')}
        export { Facts } from ${source('contract/facts.ts')}
        export { buildGuard } from ${source('guard/build.ts')}
        export { memoryCounters } from ${source('stores/memory/index.ts')}
        export { RedisCounters } from ${source('stores/redis/counters.ts')}
        export { redisCounters } from ${source('stores/redis/index.ts')}`,
      resolveDir: folder,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    logLevel: 'error',
  })
  return outfile
}
