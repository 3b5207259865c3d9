import { describe, expect, test } from 'vitest'
import * as yaml from 'yaml'
import { formatMistake } from './mistake.ts'
import { parseYaml } from './yaml.ts'

const read = (text: string) => parseYaml(yaml, text, 'merlon.yaml')
const told = (text: string) => read(text).mistakes.map(formatMistake)

describe('YAML with positions', () => {
  test('finds keys and values', () => {
    const { tree, origin, mistakes } = read('cors:\n  origins:\n    - https://a.example\n    - https://b.example\n')
    expect(mistakes).toEqual([])
    expect(tree).toEqual({ cors: { origins: ['https://a.example', 'https://b.example'] } })
    expect(origin.position(['cors', 'origins'], 'key')).toEqual({ line: 2, column: 3 })
    expect(origin.position(['cors', 'origins', 1], 'value')).toEqual({ line: 4, column: 7 })
    expect(origin.position(['cors', 'methods'], 'value')).toEqual({ line: 1, column: 1 })
  })

  test('route keys need no quotes', () => {
    const { tree, mistakes } = read(
      'routes:\n  POST /auth/login:\n    size: 1kb\n  GET,HEAD /books/:id: {}\n  /files/*: {}\n',
    )
    expect(mistakes).toEqual([])
    expect(tree).toEqual({ routes: { 'POST /auth/login': { size: '1kb' }, 'GET,HEAD /books/:id': {}, '/files/*': {} } })
  })

  test('it is YAML 1.2: off, no and yes are text, dates too', () => {
    expect(read('a: off\nb: no\nc: yes\nd: 2026-01-01\ne: true\nf: ~\n').tree).toEqual({
      a: 'off',
      b: 'no',
      c: 'yes',
      d: '2026-01-01',
      e: true,
      f: null,
    })
  })

  test('keys are text whatever they look like', () => {
    expect(read('404: a\ntrue: b\n').tree).toEqual({ 404: 'a', true: 'b' })
  })

  test('a file of nothing but comments is a policy with nothing written', () => {
    expect(read('')).toMatchObject({ tree: {}, mistakes: [] })
    expect(read('# later\n')).toMatchObject({ tree: {}, mistakes: [] })
  })

  test.each([
    ['* /x: {}', '1:1', 'expected quotes around a key that begins with "*"\n  write "* /path": in quotes'],
    ['a: b: c', '1:4', 'expected one "key: value" a line'],
    ['a:\n\t- b', '2:1', 'expected spaces for indentation, got a tab'],
    ['a: "x', '1:6', 'expected a closing quote'],
    ['a: {b: 1', '1:9', 'expected the lines of one block to be indented alike, and every bracket to be closed'],
    ['a: @x', '1:4', 'expected quotes around a text that begins with'],
    ['%YAML 1.1\n---\na: yes', '1:1', 'expected YAML 1.2'],
    ['a: 1\n---\nb: 2', '2:1', 'expected one document'],
    ['? [a]\n: 1', '1:3', 'expected a key that is text'],
    ['- a\nb: 1', '2:1', 'expected the syntax of YAML'],
  ])('%j is refused where it goes wrong', (text, position, expected) => {
    expect(told(text)[0]).toContain(`merlon.yaml:${position}\n  ${expected}`)
  })

  test.each([
    ['a: 1\na: 2', 'merlon.yaml:2:1  a\n  expected each key once, got "a" again (first in line 1)'],
    ['a: !secret x', 'merlon.yaml:1:12  a\n  expected no tags ("!…")'],
    ['a: !!js/function x', 'merlon.yaml:1:18  a\n  expected no tags ("!…")'],
    ['a: !!str 5', 'merlon.yaml:1:10  a\n  expected no tags ("!…")'],
    ['a: !!binary aGk=', 'merlon.yaml:1:13  a\n  expected no tags ("!…")'],
    [
      'a: &x {b: 1}\nc:\n  <<: *x',
      'merlon.yaml:3:3  c["<<"]\n  expected the keys themselves: merge keys ("<<") are not read',
    ],
    ['a: *x', 'merlon.yaml:1:4  a\n  expected an anchor before its alias'],
    ['a: &x [*x]', 'merlon.yaml:1:8  a[0]\n  expected an anchor outside of itself'],
  ])('%j is a mistake', (text, expected) => {
    expect(told(text)).toEqual([expected])
  })

  test('what stands in a file of secrets is not quoted by a mistake of syntax', () => {
    expect(told('pepper: hunter2 : x\n  - "hunter2').join()).not.toContain('hunter2')
  })

  test('anchors and aliases are read; an alias means the anchor before it', () => {
    const { tree, mistakes } = read('a: &x {n: &y 1}\nb: *y\nc: &y 2\nd: *x\ne: *y\n')
    expect(mistakes).toEqual([])
    expect(tree).toEqual({ a: { n: 1 }, b: 1, c: 2, d: { n: 1 }, e: 2 })
  })

  test('a billion laughs stop at the bound', () => {
    const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]']
    for (let level = 1; level < 12; level++) lines.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`)
    const begun = performance.now()
    expect(told(lines.join('\n'))[0]).toMatch('expected a policy of at most 100000 values, aliases counted')
    expect(performance.now() - begun).toBeLessThan(3000)
  })

  test('brackets without end are a mistake, not a stack overflow', () => {
    expect(told('['.repeat(100_000))).toHaveLength(1)
    expect(told(`${'['.repeat(80)}${']'.repeat(80)}`)[0]).toMatch('at most 64 levels')
  })

  test('a long list of keys is read in time that grows with it alone', () => {
    const text = Array.from({ length: 40_000 }, (_, at) => `key${at}: 1`).join('\n')
    const begun = performance.now()
    expect(told(text)).toEqual([])
    expect(performance.now() - begun).toBeLessThan(5000)
  })
})
