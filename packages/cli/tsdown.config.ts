import { defineConfig } from 'tsdown'

/** It runs on Node alone, and what it depends on is installed with it. */
export default defineConfig({
  entry: ['src/index.ts', 'src/bin.ts'],
  format: 'esm',
  fixedExtension: false,
  platform: 'node',
  target: 'node20.19',
  tsconfig: 'tsconfig.build.json',
  dts: { tsconfig: 'tsconfig.build.json' },
})
