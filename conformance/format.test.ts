import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { loadCaseFiles, readText } from './case-files.ts'

const files = loadCaseFiles()

describe('the cases as data', () => {
  const schema = z.fromJSONSchema(JSON.parse(readText('spec/conformance/schema.json') ?? ''))

  test.each(files)('$path fits the schema', ({ content }) => {
    expect(schema.safeParse(content).error?.issues ?? []).toEqual([])
  })

  test.each([
    ['an unknown member of a request', { send: [{ pth: '/' }], expect: [{}] }],
    ['an unknown member of an answer', { send: [{}], expect: [{ stauts: 200 }] }],
    ['an unknown body', { send: [{ body: { zip: 'a' } }], expect: [{}] }],
    ['an unknown host', { send: [{}], expect: [{}], except: { koa: 'it differs' } }],
    ['a host without a reason', { send: [{}], expect: [{}], except: { node: '' } }],
  ])('the schema refuses %s', (_what, wrong) => {
    const content = { about: 'a', policy: {}, cases: [{ name: 'a', ...wrong }] }
    expect(schema.safeParse(content).success).toBe(false)
  })

  test.each(files)('each request of $path has its answer, and each case a name of its own', ({ content }) => {
    expect(content.cases.filter(({ send, expect: answers }) => send.length !== answers.length)).toEqual([])
    const names = content.cases.map((each) => each.name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  test('there are at least 160', () => {
    expect(files.flatMap((file) => file.content.cases).length).toBeGreaterThanOrEqual(160)
  })
})
