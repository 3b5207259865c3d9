import { describe, expect, test } from 'vitest'
import { missing } from './pending.ts'
import { exists, filesBelow, foldersIn, isTest, read } from './tree.ts'

const FOLDER = 'packages/merlon/src/defences'

/** The twelve of the design, and what decision 0013 adds: who is calling without a key, and what they may. */
const DEFENCES = [
  'client',
  'cors',
  'deadline',
  'errors',
  'headers',
  'input',
  'keys',
  'limits',
  'load',
  'principal',
  'scopes',
  'size',
  'transport',
  'versions',
]

test('the design knows every defence, and every defence of the design is built or pending', () => {
  expect(foldersIn(FOLDER).filter((name) => !DEFENCES.includes(name))).toEqual([])
  expect(
    missing(
      DEFENCES.map((name) => `${FOLDER}/${name}`),
      exists,
    ),
  ).toEqual([])
})

describe.each(foldersIn(FOLDER))('the defence %s is complete', (name) => {
  const folder = `${FOLDER}/${name}`

  test('it has its four files and its page', () => {
    const files = ['options.ts', 'decide.ts', 'check.ts', 'index.ts'].map((file) => `${folder}/${file}`)
    expect(missing([...files, `docs/defences/${name}.md`], exists)).toEqual([])
  })

  test('its index is a record and nothing more', () => {
    expect(read(`${folder}/index.ts`).trimEnd().split('\n').length).toBeLessThan(30)
  })

  test('what it says of itself to merlon check is said there', () => {
    const listed = read('packages/merlon/src/guard/explain/explanations.ts').includes(`/${name}/explain.ts'`)
    expect(listed).toBe(exists(`${folder}/explain.ts`))
  })

  test('its tests stand beside it', () => {
    expect(filesBelow(folder).filter(isTest)).not.toEqual([])
  })

  test('every adapter is held to its cases', () => {
    const cases = filesBelow(`spec/conformance/${name}`).filter((path) => path.endsWith('.json'))
    expect(cases.length > 0 || missing([`spec/conformance/${name}`], exists).length === 0).toBe(true)
  })
})
