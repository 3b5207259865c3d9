import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { run } from '../run.ts'
import type { Terminal } from '../terminal.ts'

const policy = (name: string) => fileURLToPath(new URL(`../fixtures/policies/${name}.yaml`, import.meta.url))

/** What a command prints on such a terminal. */
async function printed(words: readonly string[], like: Pick<Terminal, 'columns' | 'colours'> = {}): Promise<string> {
  const parts: string[] = []
  await run(words, {
    out: { write: (text) => void parts.push(text), flush: () => Promise.resolve() },
    err: (text) => void parts.push(text),
    env: {},
    exit: () => {},
    signal: () => new Promise(() => {}),
    ...like,
  })
  return parts.join('')
}

/** A paint ends on its own line or spans whole lines; without it the text is what a file would get. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what marks a colour
const PAINT = /\u001b\[\d+m/g

const commands = [
  ['check', policy('weak')],
  ['diff', policy('merlon'), policy('looser')],
]

describe.each(commands)('merlon %s', (...words) => {
  test('colours change nothing but colours', async () => {
    const painted = await printed(words, { colours: true })
    expect(painted).toMatch(PAINT)
    expect(painted.replace(PAINT, '')).toBe(await printed(words))
  })

  test('keeps to a narrow terminal, but for words that are longer', async () => {
    const lines = (await printed(words, { columns: 60 })).split('\n')
    const long = lines.filter((line) => line.length > 60)
    // Headings, and places in files with their long paths, are not broken.
    expect(long.filter((line) => !/Merlon|\.yaml|^Failed|^ {2}(?:not |met)/.test(line))).toEqual([])
  })

  test('leaves no space at the end of a line', async () => {
    expect((await printed(words, { columns: 60 })).split('\n').filter((line) => /\s$/.test(line))).toEqual([])
  })

  test('as JSON has no colours', async () => {
    const text = await printed([...words, '--json'], { colours: true })
    expect(text).not.toMatch(PAINT)
    expect(JSON.parse(text)).toMatchObject({ version: 1 })
  })
})

test('the policy of the sample API has nothing that is a warning or graver', async () => {
  const sample = fileURLToPath(new URL('../../../../examples/bookshop/merlon.yaml', import.meta.url))
  expect(await printed(['check', sample, '--fail-on', 'warning'])).toContain('Passed: nothing is a warning or graver.')
})
