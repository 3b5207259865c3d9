import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readPolicy } from './file.ts'
import { isPolicy } from './policy/define.ts'
import { PolicyError } from './policy/mistake.ts'

const folder = mkdtempSync(join(tmpdir(), 'merlon-policy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string | Uint8Array) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const refused = (path: string) => {
  try {
    readPolicy(path)
  } catch (error) {
    if (error instanceof PolicyError) return error.message.replaceAll(folder, '')
    throw error
  }
  return 'read'
}

describe('a policy in a file', () => {
  test('is the same kind of policy as definePolicy makes, with positions', () => {
    for (const [name, text] of [
      ['a.yaml', 'cors:\n  mode: off\n'],
      ['a.YML', 'cors:\n  mode: off\n'],
      ['a.json', '{"cors":\n  {"mode": "off"}}'],
    ] as const) {
      const policy = readPolicy(write(name, text))
      expect(isPolicy(policy)).toBe(true)
      expect(policy).toMatchObject({ written: { cors: { mode: 'off' } }, mistakes: [] })
      expect(policy.origin.position(['cors', 'mode'], 'key')?.line).toBe(2)
    }
  })

  test('may begin with a byte order mark and end its lines as Windows does', () => {
    const policy = readPolicy(write('bom.yaml', '\ufeffcors:\r\n  mode: off\r\n'))
    expect(policy.written).toEqual({ cors: { mode: 'off' } })
    expect(readPolicy(write('bom.json', '\ufeff{}')).written).toEqual({})
  })

  test('numbers that JSON does not know are mistakes with their line', () => {
    expect(readPolicy(write('nan.yaml', 'a:\n  - .nan\n')).mistakes).toMatchObject([
      { path: ['a', 0], line: 2, column: 5 },
    ])
  })

  mkdirSync(join(folder, 'dir.yaml'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.yaml'))

  test.each([
    [join(folder, 'none.yaml'), '/none.yaml\n  expected a policy file, but there is none at this path\n'],
    [join(folder, 'dangling.yaml'), '/dangling.yaml\n  expected a policy file, but there is none at this path\n'],
    [join(folder, 'a.json', 'b.yaml'), '/a.json/b.yaml\n  expected a policy file, but there is none at this path\n'],
    [join(folder, 'dir.yaml'), '/dir.yaml\n  expected a policy file, got a directory\n'],
    ['/dev/null.yaml', '/dev/null.yaml\n  expected a policy file, but there is none at this path\n'],
    [join(folder, 'policy.toml'), '/policy.toml\n  expected a file that ends in .yaml, .yml or .json\n'],
    [join(folder, 'a\0.yaml'), '/a\0.yaml\n  expected a policy file that can be read (ERR_INVALID_ARG_VALUE)\n'],
    [write('utf16.yaml', new Uint8Array([0xff, 0xfe, 0x61, 0])), '/utf16.yaml\n  expected text in UTF-8\n'],
    [write('big.yaml', `# ${'x'.repeat(1024 * 1024)}`), '/big.yaml\n  expected a policy file of at most 1 MB\n'],
    [write('wrong.json', '{"a": 1,}'), '/wrong.json:1:9\n  expected another entry after the comma\n'],
    [write('wrong.yaml', 'a: 1\n a: 2'), '/wrong.yaml:1:4\n  expected one "key: value" a line'],
  ])('%s is refused in plain words', (path, expected) => {
    expect(refused(path)).toContain(`the policy has a mistake\n\n${expected}`)
  })
})
