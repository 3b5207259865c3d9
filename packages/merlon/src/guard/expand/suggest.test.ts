import { describe, expect, test } from 'vitest'
import { defences } from '../order.ts'
import { FOREIGN, translate } from './foreign.ts'
import { knownKeys } from './known-keys.ts'
import { suggestKey } from './suggest.ts'

describe('what was probably meant by a key', () => {
  test('a name of another library leads to one that is there', () => {
    const top = [...defences.map(({ name }) => name), 'environments', 'routes', 'preset']
    const inside = defences.flatMap(({ section }) => knownKeys(section.schema(), []))
    const known = [
      ...top,
      ...inside,
      ...knownKeys(schemaOf('limits'), ['login']),
      ...knownKeys(schemaOf('input'), ['body']),
    ]
    for (const name of Object.values(FOREIGN).flat()) expect(known).toContain(name)
  })

  test('the same foreign name means another thing elsewhere', () => {
    expect(translate('max', ['rate', 'by'])).toBe('rate')
    expect(translate('max', ['body', 'depth'])).toBe('body')
    expect(translate('trust-proxy', ['client', 'cors'])).toBe('client')
    expect(translate('trust-proxy', ['proxies', 'allow'])).toBe('proxies')
  })

  test('no name reaches a prototype', () => {
    for (const name of ['constructor', '__proto__', 'toString']) expect(translate(name, ['rate'])).toBeUndefined()
  })

  test('a key that one other section has is said to stand there', () => {
    expect(suggestKey('origins', ['proxies', 'allow'], defences)).toBe('"origins" stands in "cors"')
    expect(suggestKey('mode', ['proxies', 'allow'], defences)).toBeUndefined()
  })
})

function schemaOf(name: string) {
  const found = defences.find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found.section.schema()
}
