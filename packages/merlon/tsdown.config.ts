import { defineConfig, type Rolldown } from 'tsdown'

/** What several entries share and no host does: stores on other machines, which need Node. */
const APART = /\/(adapters|stores\/(batched|remote))\//

/** What every host shares; types are put together on their own. */
const isCore = (id: string) => !APART.test(id) && !id.endsWith('.d.ts')

/** One character beyond ASCII, and the whole file is read slower and held in memory at twice its size. */
const ascii: Rolldown.Plugin = {
  name: 'ascii',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk' && !file.fileName.includes('.d.')) file.code = file.code.replace(BEYOND_ASCII, escaped)
    }
  },
}

const BEYOND_ASCII = /[^\0-\x7f]/g
const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** One entry for each file at the top of src. What it takes from outside is bundled in, so that nothing is installed. */
export default defineConfig({
  entry: ['src/*.ts', '!src/*.test.ts'],
  format: ['esm', 'cjs'],
  fixedExtension: false,
  // The same code runs in Node and in Workers, so nothing may be filled in for either; entries that need Node name `node:`.
  platform: 'neutral',
  target: 'es2022',
  // A tenth of a start: less to parse. Lines and the names of functions and classes stay, so that stacks say where.
  minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: false } },
  outputOptions: {
    comments: { legal: false, jsdoc: false },
    // One file of what all hosts share: a start looks for each, and that costs more than to read it.
    codeSplitting: { groups: [{ name: 'core', minShareCount: 2, test: isCore }] },
  },
  plugins: [ascii],
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  deps: { onlyBundle: ['zod', 'ipaddr.js'], neverBundle: [/^node:/] },
  tsconfig: 'tsconfig.build.json',
  dts: { tsconfig: 'tsconfig.build.json' },
  // For `$schema` in policies.
  copy: ['../../spec/policy.schema.json'],
})
