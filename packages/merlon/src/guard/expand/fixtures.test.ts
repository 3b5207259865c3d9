import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readPolicy } from '../../file.ts'
import { formatMistake, type Mistake, PolicyError } from '../../policy/mistake.ts'
import { resolveReferences } from '../../policy/references.ts'
import { defences } from '../order.ts'
import { defaults } from './defaults.generated.ts'
import { expandPolicy } from './index.ts'

const spec = (path: string) => fileURLToPath(new URL(`../../../../../spec/policies/${path}`, import.meta.url))
const updating = process.env['UPDATE'] === '1'

function compare(file: string, text: string): void {
  if (updating) writeFileSync(file, text)
  expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '')
}

/** All that a reader says of a policy in a process without variables. */
function mistakesOf(path: string): readonly Mistake[] {
  try {
    const { canonical, mistakes, mistake } = expandPolicy(readPolicy(path), { environment: 'production', defences })
    return canonical === undefined ? mistakes : resolveReferences(canonical, {}, mistake).mistakes
  } catch (error) {
    if (error instanceof PolicyError) return error.mistakes
    throw error
  }
}

describe('wrong policies', () => {
  const wrong = readdirSync(spec('wrong')).filter((name) => !name.endsWith('.txt'))

  test('there are enough of them', () => {
    expect(wrong.length).toBeGreaterThanOrEqual(45)
    const orphans = readdirSync(spec('wrong')).filter(
      (name) => name.endsWith('.txt') && !wrong.includes(name.slice(0, -4)),
    )
    expect(orphans).toEqual([])
  })

  test.each(wrong)('%s', (name) => {
    const path = spec(`wrong/${name}`)
    const said = mistakesOf(path).map((mistake) => formatMistake({ ...mistake, file: name }))
    expect(said).not.toEqual([])
    compare(`${path}.txt`, `${said.join('\n\n')}\n`)
  })
})

describe('written and canonical policies', () => {
  const pairs = readdirSync(spec('pairs'))

  test.each(pairs)('%s', (name) => {
    const policy = readPolicy(spec(`pairs/${name}/written.yaml`))
    const { environments = {} } = policy.written as { environments?: object }
    for (const environment of new Set(['production', ...Object.keys(environments)])) {
      const { canonical, mistakes } = expandPolicy(policy, { environment, defences, defaults })
      expect(mistakes.map(formatMistake)).toEqual([])
      compare(spec(join('pairs', name, `${environment}.json`)), `${JSON.stringify(canonical, null, 2)}\n`)
    }
  })
})
