import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressText, readAddress } from './address.ts'
import { address, garbage, listed, PROXIES, settings, strangerAddress, told } from './addresses.fixture.ts'
import { fakeBuild, stepOf } from './build.fixture.ts'
import { plainly } from './oracle.fixture.ts'

const HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip', 'x-forwarded-proto', 'x-forwarded']

test('no header of a direct connection moves its address, or makes it secure', () => {
  const values = fc.oneof(garbage, listed(address), told(address), fc.constant('https'))
  const headers = fc.array(fc.tuple(fc.constantFrom(...HEADERS), values), { maxLength: 6 })
  const steps = [
    stepOf({ proxies: PROXIES }),
    stepOf({ proxies: PROXIES, header: 'forwarded' }),
    stepOf({ proxies: ['cloudflare', 'gcp-lb'], header: 'cf-connecting-ip' }),
  ]
  fc.assert(
    fc.property(strangerAddress, headers, fc.nat({ max: steps.length - 1 }), (peer, sent, which) => {
      const seen = steps[which]?.({ peer, headers: sent })
      expect(seen?.address).toBe(plainly(peer))
      expect(seen?.facts.secure).toBe(false)
      expect(seen?.code).toBe(undefined)
    }),
    settings,
  )
})

test('arbitrary bytes in every header and from every peer crash nothing, and refusals are those that are meant', () => {
  const bytes = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), garbage)
  const headers = fc.array(fc.tuple(fc.constantFrom(...HEADERS), bytes), { maxLength: 5 })
  const peer = fc.oneof(address, bytes, fc.constant(null))
  const build = { ...fakeBuild(), log: { ...fakeBuild().log, warn: () => undefined } }
  const steps = (['x-forwarded-for', 'forwarded', 'x-real-ip'] as const).flatMap((header) => [
    stepOf({ header, proxies: PROXIES }, build),
    stepOf({ header, proxies: [{ hops: 3 }] }, build),
  ])
  const known = [undefined, 'forwarded-malformed', 'proxy-undeclared']
  fc.assert(
    fc.property(peer, headers, fc.nat({ max: steps.length - 1 }), (from, sent, which) => {
      const seen = steps[which]?.({ peer: from, headers: sent })
      expect(known).toContain(seen?.code)
      const canonical = readAddress(seen?.address ?? '')
      expect(canonical ? addressText(canonical) : '').toBe(seen?.address)
    }),
    settings,
  )
})
