import { expect, test } from 'vitest'
import { comparePolicies, inspectPolicy } from '../../policy.ts'
import { definePolicy } from '../expand/define.ts'
import type { WrittenPolicy } from '../expand/written.ts'

function canonicalOf(written: WrittenPolicy) {
  const { canonical, mistakes } = inspectPolicy(definePolicy(written), { environment: 'production' })
  if (!canonical) throw new Error(mistakes.map(({ message }) => message).join())
  return canonical
}

const changes = (before: WrittenPolicy, after: WrittenPolicy) =>
  comparePolicies(canonicalOf(before), canonicalOf(after)).map(
    ({ route, section, direction, text }) => `${route} ${section} ${direction}: ${text}`,
  )

test('more scopes are tighter and fewer looser, and each is named', () => {
  const before = { principal: { use: 'whoIs' }, routes: { '/orders': { scopes: ['a'] } } }
  const after = { principal: { use: 'whoIs' }, routes: { '/orders': { scopes: ['a', 'orders:write'] } } }
  expect(changes(before, after)).toEqual(['/orders scopes tighter: scopes: orders:write added'])
  expect(changes(after, before)).toEqual(['/orders scopes looser: scopes: orders:write removed'])
  const off = { principal: { use: 'whoIs' }, routes: { '/orders': { scopes: 'off' as const } } }
  expect(changes(before, off)).toContain('/orders scopes looser: scopes off instead of enforced')
})

test('that somebody is required is tighter, that nobody is recognised looser', () => {
  const lax = { principal: { use: 'whoIs' } }
  const strict = { principal: { use: 'whoIs', required: true } }
  expect(changes(lax, strict)).toEqual([
    '* principal tighter: refusal of those who are not recognised: on instead of off',
  ])
  expect(changes(strict, { principal: 'off' })).toContain('* principal looser: principal off instead of enforced')
  expect(changes(lax, { principal: { use: 'other' } })).toEqual([
    '* principal other: function that says who is calling: other instead of whoIs',
  ])
})

test('secrets are compared by what the policy names, and never shown', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
  const said = changes({ secrets: '${OLD}' }, { secrets: 'Zm9yIHRlc3RzIGFsb25lLCBkcmF3biBhdCByYW5kb206IDE' }).join()
  expect(said).toContain('(not shown)')
  expect(said).not.toContain('Zm9y')
})
