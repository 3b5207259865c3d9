import { describe, expect, test } from 'vitest'
import { filesBelow, isSource, isTest, read } from './tree.ts'

/** Tests are lists of cases, which grow longer before they grow hard to read. */
const MAX_LINES = 250
const MAX_LINES_OF_TESTS = 500

/** Files that may be longer, each with its reason. */
const LONGER = JSON.parse(read('house/longer.json')) as Readonly<Record<string, string>>

/** Names that say nothing, and so collect everything. */
const CATCH_ALL = /(^|\/)(utils?|types|helpers?|common|misc|shared|lib)(\/|\.[cm]?[jt]s$)/

const FOLDERS = ['packages', 'house', 'scripts', 'conformance', 'examples', 'bench', 'soak']
const sources = FOLDERS.flatMap(filesBelow).filter(isSource)

describe('every file', () => {
  test('has a name that says what is in it', () => {
    expect(sources.filter((path) => CATCH_ALL.test(path))).toEqual([])
  })

  test(`is at most ${MAX_LINES} lines long, a test ${MAX_LINES_OF_TESTS}`, () => {
    const long = sources.filter((path) => lines(path) > (isTest(path) ? MAX_LINES_OF_TESTS : MAX_LINES))
    expect(long.filter((path) => LONGER[path] === undefined).map((path) => `${path}: ${lines(path)}`)).toEqual([])
    expect(Object.keys(LONGER).filter((path) => !long.includes(path))).toEqual([])
  })

  test('is finished: no task is left in a comment', () => {
    expect(linesWith(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([])
  })

  test('is tested whole: no test is skipped or run alone', () => {
    expect(linesWith(/\b(test|it|describe|bench)\.(only|skip|todo|fails)\b/)).toEqual([])
  })
})

function lines(path: string): number {
  return read(path).trimEnd().split('\n').length
}

/** This file names what it looks for. */
function linesWith(pattern: RegExp): string[] {
  return sources
    .filter((path) => path !== 'house/files.test.ts')
    .flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
    )
}
