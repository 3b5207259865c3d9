import { describe, expect, test } from 'vitest'
import { faultBetween, faultOf, importsOf } from './arrows.ts'
import { filesBelow, foldersIn, isSource, isTest, read } from './tree.ts'

describe('who may import whom', () => {
  test('in the library', () => {
    const base = 'packages/merlon/src/'
    expect(faults(base, (from, specifier) => faultOf(from, specifier))).toEqual([])
  })

  test.each(foldersIn('packages').filter((name) => name !== 'merlon'))('in packages/%s', (name) => {
    expect(faults(`packages/${name}/src/`, (from, specifier) => faultBetween(name, from, specifier))).toEqual([])
  })
})

/** Tests may reach whatever they test with; all else follows the arrows. */
function faults(base: string, judge: (from: string, specifier: string) => string | undefined): string[] {
  return filesBelow(base)
    .filter((path) => isSource(path) && !isTest(path))
    .flatMap((path) =>
      importsOf(read(path)).flatMap((specifier) => {
        const fault = judge(path.slice(base.length), specifier)
        return fault ? [`${path} imports '${specifier}': ${fault}`] : []
      }),
    )
}

describe('what the arrows refuse', () => {
  test.each([
    ['contract/facts.ts', '../policy/units.ts'],
    ['policy/read.ts', '../defences/cors/index.ts'],
    ['defences/cors/decide.ts', '../size/index.ts'],
    ['defences/cors/decide.ts', '../../guard/run.ts'],
    ['defences/cors/decide.ts', 'node:crypto'],
    ['defences/cors/options.ts', 'zod'],
    ['guard/run.ts', '../defences/cors/index.ts'],
    ['guard/run.ts', '../adapters/node/facts.ts'],
    ['guard/run.ts', 'node:http'],
    ['stores/memory/index.ts', '../../policy/units.ts'],
    ['adapters/fetch/index.ts', '../node/facts.ts'],
    ['adapters/node/index.ts', 'express'],
    ['adapters/express/index.ts', '../../defences/cors/index.ts'],
    ['fetch.ts', 'node:http'],
    ['index.ts', '../../gateway/src/index.ts'],
    ['guard/run.ts', './run.test.ts'],
    ['guard/run.ts', '../testing/fake-facts.ts'],
  ])('%s may not import %s', (from, specifier) => {
    expect(faultOf(from, specifier)).toBeTypeOf('string')
  })

  test.each([
    ['defences/cors/decide.ts', '../../contract/facts.ts'],
    ['defences/cors/decide.ts', './origin.ts'],
    ['defences/cors/options.ts', 'zod/mini'],
    ['guard/order.ts', '../defences/cors/index.ts'],
    ['adapters/express/index.ts', '../node/facts.ts'],
    ['adapters/node/index.ts', 'node:http'],
    ['node.ts', 'node:http'],
    ['index.ts', './defences/cors/index.ts'],
  ])('%s may import %s', (from, specifier) => {
    expect(faultOf(from, specifier)).toBeUndefined()
  })

  test('a package reaches only those below it, and by their names', () => {
    expect(faultBetween('gateway', 'index.ts', '@merlon/cli')).toBeTypeOf('string')
    expect(faultBetween('gateway', 'index.ts', '../../merlon/src/index.ts')).toBeTypeOf('string')
    expect(faultBetween('gateway', 'index.ts', 'merlon/node')).toBeUndefined()
    expect(faultBetween('cli', 'serve.ts', '@merlon/gateway')).toBeUndefined()
  })

  test('imports of types, of whole modules, later ones and re-exports are all seen', () => {
    const source = `
      import type { A } from './a.ts'
      import './b.ts'
      export { c } from './c.ts'
      const d = await import('./d.ts')
      const text = "import './not.ts'"`
    expect(importsOf(source).sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts'])
  })
})
