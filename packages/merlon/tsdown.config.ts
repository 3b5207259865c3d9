import { defineConfig } from 'tsdown'

/** One entry for each file at the top of src. What it takes from outside is bundled in, so that nothing is installed. */
export default defineConfig({
  entry: ['src/*.ts', '!src/*.test.ts'],
  format: ['esm', 'cjs'],
  fixedExtension: false,
  // The same code runs in Node and in Workers, so nothing may be filled in for either; entries that need Node name `node:`.
  platform: 'neutral',
  target: 'es2022',
  // Not minified: a start would parse it a millisecond sooner, and stacks would name neither lines nor methods.
  outputOptions: { comments: { legal: false, jsdoc: false } },
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  deps: { onlyBundle: ['zod'], neverBundle: [/^node:/] },
  tsconfig: 'tsconfig.build.json',
  dts: { tsconfig: 'tsconfig.build.json' },
})
