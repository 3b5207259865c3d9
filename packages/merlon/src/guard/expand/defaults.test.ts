import { describe, expect, test } from 'vitest'
import type { Defence } from '../../contract/defence.ts'
import { definePolicy } from '../../policy/define.ts'
import { defences } from '../order.ts'
import { defaults } from './defaults.generated.ts'
import { expandPolicy } from './index.ts'
import { presets } from './presets.generated.ts'

const environment = 'production'
const written = Object.keys(presets).map((preset) => ({ preset }))

/** The defences, but that schemas of other sections than these cannot be had. */
function only(...names: readonly string[]): readonly Defence<unknown>[] {
  return defences.map((defence) => {
    const schema = () => {
      if (!names.includes(defence.name)) throw new Error(`the schema of ${defence.name} was built`)
      return defence.section.schema()
    }
    return { ...defence, section: { ...defence.section, schema } }
  })
}

describe('sections that a policy leaves out', () => {
  test.each(written)('are what their schemas make of nothing: %o', (policy) => {
    const read = expandPolicy(definePolicy(policy), { environment, defences })
    const known = expandPolicy(definePolicy(policy), { environment, defences, defaults })
    expect(known.canonical).toStrictEqual(read.canonical)
    expect(known.canonical).toBeDefined()
  })

  test.each([{}, ...written])('need no schema: %o', (policy) => {
    const { mistakes } = expandPolicy(definePolicy(policy), { environment, defences: only(), defaults })
    expect(mistakes).toEqual([])
  })

  test('need none either where others are written, in an environment or in a route', () => {
    const policy = definePolicy({
      size: '1mb',
      environments: { development: { cors: ['http://localhost:3000'] } },
      routes: { 'POST /auth/login': { limits: '5/15m' } },
    })
    const { canonical, mistakes } = expandPolicy(policy, {
      environment: 'development',
      defences: only('size', 'cors', 'limits'),
      defaults,
    })
    expect(mistakes).toEqual([])
    expect(canonical).toStrictEqual(expandPolicy(policy, { environment: 'development', defences }).canonical)
  })

  test('are read where they are written as nothing', () => {
    const policy = definePolicy({ limits: {} })
    expect(() => expandPolicy(policy, { environment, defences: only(), defaults })).toThrow('limits')
  })

  test.each(written.flatMap((policy) => defences.map(({ name }) => ({ ...policy, [name]: 'off' }))))(
    'are the same where they are switched off, mistakes included: %o',
    (policy) => {
      const defined = definePolicy(policy)
      const read = expandPolicy(defined, { environment, defences })
      const known = expandPolicy(defined, { environment, defences, defaults })
      expect(known.canonical).toStrictEqual(read.canonical)
      expect(known.mistakes).toEqual(read.mistakes)
    },
  )

  test('need no schema to be switched off', () => {
    const policy = definePolicy({ transport: 'off', load: 'off', deadline: { mode: 'off' } })
    const { canonical, mistakes } = expandPolicy(policy, { environment, defences: only(), defaults })
    expect(mistakes).toEqual([])
    expect(canonical).toMatchObject({ transport: { mode: 'off' }, load: { mode: 'off' }, deadline: { mode: 'off' } })
  })
})
