import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests run on the sources; what is packed has tests of its own.
    alias: [
      { find: /^merlon$/, replacement: at('packages/merlon/src/index.ts') },
      { find: /^merlon\/(.*)$/, replacement: at('packages/merlon/src/$1.ts') },
      { find: /^@merlon\/(gateway|cli)$/, replacement: at('packages/$1/src/index.ts') },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'house/**/*.test.ts', 'conformance/**/*.test.ts', 'examples/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
