import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../policy/jcs.ts'
import { formatMistake, PolicyError } from '../policy/mistake.ts'
import { compilePolicy, verifyCompiled } from './compiled.ts'
import type { CanonicalPolicy } from './expand/canonical.ts'

const spec = (path: string) => fileURLToPath(new URL(`../../../../spec/policies/${path}`, import.meta.url))
const read = (path: string) => readFileSync(spec(path), 'utf8')
const updating = process.env['UPDATE'] === '1'

function compare(path: string, text: string): void {
  if (updating) writeFileSync(spec(path), text)
  expect(text).toBe(existsSync(spec(path)) ? read(path) : '')
}

/** What is said of a compiled file that is refused. */
async function refusal(text: string, file?: string): Promise<string> {
  try {
    await verifyCompiled(text, file)
  } catch (error) {
    if (error instanceof PolicyError) return error.mistakes.map(formatMistake).join('\n\n')
    throw error
  }
  throw new Error('it was taken')
}

describe('compiled policies that every reader is held to', () => {
  const files = readdirSync(spec('compiled')).filter((name) => name.endsWith('.json'))

  test.each(files)('%s has its digest', async (name) => {
    const canonical = await verifyCompiled(read(`compiled/${name}`))
    const { digest } = await compilePolicy(canonical)
    expect(digest).toBe(`sha256:${createHash('sha256').update(canonicalJson(canonical)).digest('hex')}`)
    compare(`compiled/${name}`, `${JSON.stringify({ format: 1, digest, policy: canonical }, null, 2)}\n`)
  })

  const wrong = readdirSync(spec('compiled/wrong')).filter((name) => !name.endsWith('.txt'))

  test.each(wrong)('%s is refused', async (name) => {
    compare(`compiled/wrong/${name}.txt`, `${await refusal(read(`compiled/wrong/${name}`), name)}\n`)
  })
})

describe('a compiled policy', () => {
  let text: string
  beforeAll(() => {
    text = read('compiled/login.json')
  })

  test('may be spelled in any way', async () => {
    const { policy, digest, format } = JSON.parse(text) as Record<string, unknown>
    const turned = Object.fromEntries(Object.entries(policy as object).reverse())
    await expect(verifyCompiled(JSON.stringify({ policy: turned, digest, format }))).resolves.toEqual(policy)
  })

  test('that was changed in one number is refused, however small the change', async () => {
    for (const found of text.matchAll(/: (\d+)/g)) {
      const at = found.index + 2
      const changed = `${text.slice(0, at)}${Number(found[1]) + 1}${text.slice(at + (found[1] ?? '').length)}`
      await expect(verifyCompiled(changed)).rejects.toThrow(PolicyError)
    }
  })

  test('keeps a key __proto__ from hiding what the digest does not see', async () => {
    const smuggled = text.replace('"policy": {', '"policy": { "__proto__": { "limits": {} },')
    expect(await refusal(smuggled)).toContain('expected the digest')
  })

  test('is not taken with half a character in it', async () => {
    const broken = text.replace('/auth/login', '/auth/\\ud800')
    expect(await refusal(broken)).toContain('expected whole characters')
    const canonical = JSON.parse(broken).policy as CanonicalPolicy
    await expect(compilePolicy(canonical)).rejects.toThrow(PolicyError)
  })
})
