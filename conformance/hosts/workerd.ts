import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import type { LogLine, Sight } from '../app.ts'
import type { Host, Setting } from './host.ts'
import { CASE_HEADER, READ_PATH } from './workerd-words.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * One runtime for all cases, since a start takes a third of a second: the worker holds a guard for each, and is told by
 * a header which one a request is for. What Cloudflare's edge does before a worker is done here: it alone says who
 * connects.
 */
export async function openWorkerd(settings: readonly Setting[]): Promise<Host> {
  const bundle = await build({
    entryPoints: [at('./workerd-worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    alias: { 'merlon/fetch': at('../../packages/merlon/src/fetch.ts') },
    define: { SETTINGS: JSON.stringify(settings) },
  })
  const miniflare = new Miniflare({
    modules: true,
    compatibilityDate: '2026-04-01',
    script: bundle.outputFiles[0]?.text ?? '',
    host: '127.0.0.1',
    port: 0,
    // It reports each request that it refuses by itself, stack and all.
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume()
      stderr.resume()
    },
  })
  const url = await miniflare.ready
  const read = async (id: string): Promise<{ sights: readonly Sight[]; lines: readonly LogLine[] }> => {
    const answer = await fetch(new URL(READ_PATH, url), { headers: { [CASE_HEADER]: id } })
    return (await answer.json()) as { sights: readonly Sight[]; lines: readonly LogLine[] }
  }
  return {
    name: 'workerd',
    open: async ({ id }) => ({
      port: Number(url.port),
      takeSights: async () => (await read(id)).sights,
      logged: async () => (await read(id)).lines,
      close: async () => {},
    }),
    extra: ({ id }, from) => [
      [CASE_HEADER, id],
      ['CF-Connecting-IP', from],
    ],
    hidden: ['cf-connecting-ip'],
    close: () => miniflare.dispose(),
  }
}
