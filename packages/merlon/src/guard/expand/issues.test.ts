import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { count, duration } from '../../policy/units.ts'
import { explain } from './issues.ts'

const told = (schema: z.ZodMiniType, value: unknown) => {
  const result = z.safeParse(schema, value)
  return result.success
    ? []
    : explain(result.error.issues).map(({ path, expected }) => `${path.join('.')}: ${expected}`)
}

const form = z.strictObject({ rate: z.string(), burst: z.optional(count(1, 9)) })

describe('what a schema found, in phrases', () => {
  test.each<[string, z.ZodMiniType, unknown, string[]]>([
    ['an object', z.strictObject({}), 5, [': an object']],
    ['its own words', z.strictObject({}, { error: 'a section' }), 5, [': a section']],
    ['a list', z.array(z.string()), 'x', [': a list']],
    ['an entry', z.array(z.string()), [1], ['0: a text']],
    ['truth', z.boolean(), 1, [': true or false']],
    ['a literal', z.literal('on'), 1, [': "on"']],
    ['words', z.enum(['a', 'b']), 1, [': one of "a", "b"']],
    ['a length', z.string().check(z.maxLength(2)), 'xxx', [': at most 2 characters']],
    ['a number of entries', z.array(z.string()).check(z.minLength(1)), [], [': at least 1 entries']],
    ['a whole number', count(1, 9), 1.5, [': a whole number from 1 to 9']],
    ['unknown keys, each', form, { rate: 'x', a: 1, b: 2 }, ['a: a known key', 'b: a known key']],
    ['unknown keys whatever the words', z.strictObject({}, { error: 'a section' }), { a: 1 }, ['a: a known key']],
    [
      'a name',
      z.record(z.string().check(z.regex(/^a/, { error: 'an a' })), z.string()),
      { b: 'x' },
      ['b: an a as the name'],
    ],
    [
      'the only fitting branch',
      z.union([z.string(), form]),
      { rate: 'x', burst: 0 },
      ['burst: a whole number from 1 to 9'],
    ],
    ['the branch with least wrong', z.union([form, z.strictObject({ a: z.string() })]), { a: 1 }, ['a: a text']],
    ['all branches where none fits', z.union([z.string(), form]), 5, [': a text or an object']],
    ["a union's own words", z.union([z.string(), form], { error: 'a limit' }), 5, [': a limit']],
    [
      'words beside the branch',
      z.union([z.literal('off'), duration()]),
      '10M',
      [': "off" or a duration with its unit, such as "500ms", "30s", "15m", "1h" or "30d"'],
    ],
    [
      'unions inside of unions',
      z.union([z.union([z.string(), z.number()]), form]),
      true,
      [': a text or a number or an object'],
    ],
  ])('%s', (_name, schema, value, expected) => {
    expect(told(schema, value)).toEqual(expected)
  })
})
