import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blocksOf, pages } from './docs/blocks.ts'
import { exists, filesBelow, foldersIn, isTest, read } from './tree.ts'

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = Array.from(read(page).matchAll(/^#+ (.+)$/gm), ([, text = '']) => text)
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}

function wrongLinks(page: string): string[] {
  const links = Array.from(read(page).matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link)
  return links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return []
    const [file = '', anchor] = link.split('#')
    const path = file === '' ? page : posix.join(posix.dirname(page), file)
    if (!exists(path)) return [`${page}: there is no ${path}`]
    const leads = anchor === undefined || anchorsOf(path).includes(anchor)
    return leads ? [] : [`${page}: ${path} has no heading #${anchor}`]
  })
}

describe('the pages', () => {
  test('link to what is there', () => {
    expect(pages.flatMap(wrongLinks)).toEqual([])
  })

  test('name tests that are there', () => {
    const files = filesBelow('packages').concat(filesBelow('conformance'), filesBelow('examples'))
    const names = new Set(files.filter(isTest).map((path) => posix.basename(path)))
    const named = pages.flatMap((page) =>
      Array.from(read(page).matchAll(/`([\w.-]+\.test\.ts)`/g), ([, name = '']) => `${page}: ${name}`),
    )
    expect(named.filter((each) => !names.has(each.replace(/^.*: /, '')))).toEqual([])
  })

  test('are reached from the index', () => {
    const index = read('docs/README.md')
    const below = pages.filter((page) => /^docs\/(?!problems\/)/.test(page) && page !== 'docs/README.md')
    expect(below.filter((page) => !index.includes(`(${page.replace('docs/', '')})`))).toEqual([])
  })

  test('hold to the width of all that is written here, but for tables and what is generated', () => {
    const long = pages
      .filter((page) => /^docs\/(?!problems|conformance)/.test(page))
      .flatMap((page) => {
        const shown = new Set(blocksOf(page).flatMap(({ text }) => text.split('\n')))
        const lines = read(page).split('\n').entries()
        return [...lines].flatMap(([at, line]) =>
          line.length <= 120 || line.startsWith('|') || shown.has(line) ? [] : [`${page}:${at + 1}`],
        )
      })
    expect(long).toEqual([])
  })
})

const HEADINGS = [
  'What it stops',
  'With nothing written',
  'Options',
  'Observe and off',
  'What `check` finds',
  'What it does not do',
  'How it is proved',
]

const FOLDER = 'packages/merlon/src/defences'

describe.each(foldersIn(FOLDER).filter((name) => exists(`docs/defences/${name}.md`)))('the page of %s', (name) => {
  const page = exists(`docs/defences/${name}.md`) ? read(`docs/defences/${name}.md`) : ''

  test('lists the findings of its check, with their severities, and no others', () => {
    const checks = filesBelow(`${FOLDER}/${name}`).filter((path) => /\/check[\w-]*\.ts$/.test(path) && !isTest(path))
    const codes = checks.flatMap((path) =>
      Array.from(read(path).matchAll(/'((?:[a-z]+-)+[a-z]+)'/g), ([, code = '']) => code).filter((code) =>
        code.startsWith(`${name.replace(/s$/, '')}`),
      ),
    )
    const listed = Array.from(
      page.matchAll(/^\| `([a-z-]+)` \| (?:critical|warning|note) \|/gm),
      ([, code = '']) => code,
    )
    expect(listed.toSorted()).toEqual([...new Set(codes)].toSorted())
  })

  test('has the table of its options', () => {
    expect(page).toMatch(new RegExp(`<!-- options: ${name}[.*]* -->\n\\| option`))
  })

  test('says what it stops, does, finds, leaves, and how that is proved', () => {
    expect(HEADINGS.filter((heading) => !page.includes(`\n## ${heading}\n`))).toEqual([])
  })
})

describe('what handlers see of the guard', () => {
  const view = read('packages/merlon/src/guard/view.ts')
  const names = Array.from(
    view.slice(0, view.indexOf('export class')).matchAll(/^ {2}readonly (\w+):/gm),
    ([, name = '']) => name,
  )

  test.each(['express', 'node', 'fetch'])('is named whole in docs/runtimes/%s.md', (runtime) => {
    const page = read(`docs/runtimes/${runtime}.md`)
    expect(names.length).toBeGreaterThan(5)
    expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([])
  })
})

test('every flag of merlon serve is on the page of the gateway, with its default', () => {
  const source = read('packages/cli/src/serve.ts')
  const flags = Array.from(source.matchAll(/'(--[a-z-]+) <[^']*>'/g), ([, flag = '']) => flag)
  const listed = Array.from(read('docs/runtimes/gateway.md').matchAll(/^\| `(--[a-z-]+)` \| (.*?) \|/gm))
  expect(listed.map(([, flag]) => flag).toSorted()).toEqual(flags.toSorted())
  const defaults = listed.map(([, , value = '']) => value.replaceAll('`', '')).filter((each) => /\d/.test(each))
  expect(defaults.filter((each) => !source.includes(`'${each}'`))).toEqual([])
})

test.each(['check', 'diff'])('every flag of merlon %s is on the page about it', (command) => {
  const source = read(`packages/cli/src/${command}/command.ts`)
  const flags = Array.from(source.matchAll(/'(--[a-z-]+)(?: <[^']*>)?'/g), ([, flag = '']) => flag)
  const page =
    read('docs/check.md')
      .split('\n## ')
      .find((part) => part.startsWith(`merlon ${command}\n`)) ?? ''
  const listed = Array.from(page.matchAll(/^\| `(--[a-z-]+)` \|/gm), ([, flag = '']) => flag)
  expect(listed.toSorted()).toEqual(flags.toSorted())
})
