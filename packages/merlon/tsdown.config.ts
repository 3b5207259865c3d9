import { defineConfig } from 'tsdown'

/** One entry for each file at the top of src. What it takes from outside is bundled in, so that nothing is installed. */
export default defineConfig({
  entry: ['src/*.ts', '!src/*.test.ts'],
  format: ['esm', 'cjs'],
  fixedExtension: false,
  // The same code runs in Node and in Workers, so nothing may be filled in for either; entries that need Node name `node:`.
  platform: 'neutral',
  target: 'es2022',
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  deps: { onlyBundle: ['zod', 'ipaddr.js'], neverBundle: [/^node:/] },
  tsconfig: 'tsconfig.build.json',
  dts: { tsconfig: 'tsconfig.build.json' },
})
