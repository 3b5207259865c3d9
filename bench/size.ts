import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { type Ratio, type Result, ratioOf } from './harness/result.ts'

/** The subpaths that run in a Worker; `express`, `node` and `file` need Node, and are told beside them. */
const SUBPATHS = ['fetch', 'index', 'node', 'express', 'file'] as const

/** Each subpath as a Worker's bundle would hold it: minified, and gzipped, which is what a platform's limit counts. */
export async function run(): Promise<Result> {
  const figures: Record<string, number> = {}
  const ratios: Record<string, Ratio> = {}
  for (const name of SUBPATHS) {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`../packages/merlon/dist/${name}.js`, import.meta.url))],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      conditions: ['workerd', 'worker', 'browser'],
      external: ['node:*', 'yaml'],
      logLevel: 'error',
    })
    const code = outputFiles[0]?.contents ?? new Uint8Array()
    const zipped = gzipSync(code, { level: 9 }).length
    figures[`merlon/${name} bytes minified`] = code.length
    figures[`merlon/${name} bytes gzipped`] = zipped
    ratios[`${name} gzipped/minified`] = ratioOf([zipped / code.length])
  }
  return { ratios, figures }
}
