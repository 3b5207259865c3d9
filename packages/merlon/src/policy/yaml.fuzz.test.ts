// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import * as yaml from 'yaml'
import { holdPolicy } from './define.ts'
import { parseYaml } from './yaml.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
console.info(`seed ${seed}`)

const key = fc.oneof(fc.constantFrom('cors', '<<', '__proto__', '', '404', '~'), fc.string())
const value = fc.oneof(fc.constantFrom('off', '.nan', '1e999', '!!binary x', '${A}', '[', '"'), fc.string())
const line = fc.tuple(
  fc.constantFrom('', '  ', '    ', '\t'),
  fc.constantFrom('- ', '? ', '', '"', '{', '&a ', '*a ', '!t ', '# '),
  key,
  value,
)
const lines = fc.array(line, { maxLength: 6 }).map((all) => all.map(([a, b, c, d]) => `${a}${b}${c}: ${d}`).join('\n'))
const text = fc.oneof(
  lines,
  fc.string({ unit: 'binary' }),
  lines.map((all) => `%YAML 1.1\n---\n${all}`),
)

test('no text is more than YAML can refuse, and what is read is plain data', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(text, (written) => {
      const { tree, origin, mistakes } = parseYaml(yaml, written, 'merlon.yaml')
      assert(mistakes.every(({ line, message }) => Number(line) >= 1 && message.startsWith('expected ')))
      if (mistakes.length > 0) return
      const policy = holdPolicy(tree, origin)
      if (policy.mistakes.length === 0) assert.deepEqual(JSON.parse(JSON.stringify(policy.written)), policy.written)
      assert(({} as { polluted?: unknown }).polluted === undefined)
    }),
    { numRuns: 10_000, seed },
  )
})
