import { describe, expect, test } from 'vitest'
import { exists, filesBelow, foldersIn, isSource, isTest, read } from './tree.ts'

interface Manifest {
  readonly name: string
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly files?: readonly string[]
}

const packages = foldersIn('packages').map((folder) => ({
  folder: `packages/${folder}`,
  manifest: JSON.parse(read(`packages/${folder}/package.json`)) as Manifest,
}))

/** `index` for `.`, `express` for `./express`; files that are exported as they are have no source. */
const entriesOf = ({ exports = {} }: Manifest) =>
  Object.keys(exports)
    .filter((key) => !key.endsWith('.json'))
    .map((key) => (key === '.' ? 'index' : key.slice(2)))

describe.each(packages)('the exports of $manifest.name', ({ folder, manifest }) => {
  test('are its entry files', () => {
    const sources = entriesOf(manifest).map((entry) => `${folder}/src/${entry}.ts`)
    expect(sources.filter((path) => !exists(path))).toEqual([])
  })

  test('are each named in the docs, as they are imported', () => {
    const docs = [...filesBelow('docs'), 'README.md'].filter((path) => path.endsWith('.md')).map(read)
    const undocumented = entriesOf(manifest)
      .map((entry) => (entry === 'index' ? manifest.name : `${manifest.name}/${entry}`))
      .filter((specifier) => !docs.some((text) => text.includes(`'${specifier}'`) || text.includes(`\`${specifier}\``)))
    expect(undocumented).toEqual([])
  })

  test('and its files are there', () => {
    const exported = Object.entries(manifest.exports ?? {}).flatMap(([key, path]) =>
      key.endsWith('.json') ? String(path) : [],
    )
    const files = [...exported, ...Object.values(manifest.bin ?? {})].map(
      (path) => `${folder}/${path.replace(/^\.\//, '')}`,
    )
    expect(files.filter((path) => !path.includes('/dist/') && !exists(path))).toEqual([])
  })
})

describe('the library', () => {
  const { manifest } = packages.find((each) => each.manifest.name === 'merlon') as (typeof packages)[number]

  test('exports every file at the top of its sources', () => {
    const sources = filesBelow('packages/merlon/src')
      .filter((path) => isSource(path) && !isTest(path) && path.split('/').length === 4)
      .map((path) => path.replace(/^.*\/|\.ts$/g, ''))
    expect(entriesOf(manifest).sort()).toEqual(sources.sort())
  })

  test('depends on nothing', () => {
    expect(manifest.dependencies ?? {}).toEqual({})
  })
})
