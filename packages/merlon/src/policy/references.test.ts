// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import { checkReferences, resolveReferences } from './references.ts'

const looked = (tree: unknown) => {
  const found: string[] = []
  checkReferences(tree, (path, expected) => found.push(`${path.join('.')}: ${expected}`))
  return found
}

describe('references to variables', () => {
  test('stand in text, alone or within it', () => {
    const { resolved, mistakes } = resolveReferences(
      { origins: ['${APP}', 'https://${SUB}.example', '$${APP}', '$APP', 'plain'], n: 1, t: true, z: null },
      { APP: 'https://app.example', SUB: 'www' },
    )
    expect(mistakes).toEqual([])
    expect(resolved).toEqual({
      origins: ['https://app.example', 'https://www.example', '${APP}', '$APP', 'plain'],
      n: 1,
      t: true,
      z: null,
    })
  })

  test('what a variable holds is not read again', () => {
    const { resolved } = resolveReferences({ a: '${A}' }, { A: '${B} $${', B: 'hunter2' })
    expect(resolved).toEqual({ a: '${B} $${' })
  })

  test('one that is missing or empty is a mistake that names it and shows no value', () => {
    const { mistakes } = resolveReferences({ a: '${A}', b: ['${B} ${C}'] }, { B: '', C: 'hunter2' })
    expect(mistakes).toEqual([
      { path: ['a'], message: 'expected the variable "A" in the environment, which is not set' },
      { path: ['b', 0], message: 'expected the variable "B" in the environment, which is empty' },
    ])
  })

  test("JavaScript's own names are no variables", () => {
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty']
    const { mistakes } = resolveReferences(
      names.map((name) => `\${${name}}`),
      {},
    )
    expect(mistakes).toHaveLength(4)
  })

  test('a value that holds a replacement pattern goes in as it is', () => {
    expect(resolveReferences('${A}', { A: "$& $1 $' $$" }).resolved).toBe("$& $1 $' $$")
  })

  test.each(['${}', '${A', '${A-B}', '${A:-x}', '${ A }', '${1A}', '$${A} ${'])('%s only looks like one', (text) => {
    expect(looked({ a: [text] })).toEqual([expect.stringMatching(/^a\.0: a variable written "\$\{NAME\}"/)])
  })

  test.each(['${A}', '$${', 'a ${A} $${A} b', '$', '{}'])('%s is fine', (text) => {
    expect(looked([text])).toEqual([])
  })

  test('in a key they are a mistake', () => {
    expect(looked({ '${A}': 1 })).toEqual([expect.stringMatching(/^\$\{A\}: a key as it is meant/)])
  })
})
