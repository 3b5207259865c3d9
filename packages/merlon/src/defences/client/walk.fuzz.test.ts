import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressText, readAddress } from './address.ts'
import { fakeBuild, type Seen, stepOf } from './build.fixture.ts'
import { type Outcome, plainAddress, plainlyWithin, plainText, trueClient } from './oracle.fixture.ts'
import { Ranges, readRange } from './ranges.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
console.info(`seed ${seed}`)
const settings = { numRuns: 10_000, verbose: false, seed } as const

const PROXIES = ['127.0.0.0/8', '10.0.0.0/8', '198.51.100.7', '2001:db8:aaaa::/48', '::1/128']

const octet = fc.nat({ max: 255 })
const group = fc.nat({ max: 0xffff }).map((value) => value.toString(16))
const proxy4 = fc.tuple(octet, octet, octet).map((rest) => `10.${rest.join('.')}`)
const proxy6 = fc.tuple(group, group).map((rest) => `2001:db8:aaaa::${rest.join(':')}`)
const mapped = (text: string) => `::ffff:${text}`
const proxyAddress = fc.oneof(proxy4, proxy4.map(mapped), proxy6, fc.constantFrom('127.0.0.1', '::1', '198.51.100.7'))
const stranger4 = fc.tuple(octet, octet, octet).map((rest) => `203.${rest.join('.')}`)
const stranger6 = fc.tuple(group, group, group).map((rest) => `2001:db8:bbbb::${rest.join(':')}`)
const strangerAddress = fc.oneof(stranger4, stranger4.map(mapped), stranger6)
const address = fc.oneof(proxyAddress, strangerAddress)

const port = fc.constantFrom('', ':1', ':65535', ':_p')
/** An address as proxies write it in X-Forwarded-For. */
const listed = (written: fc.Arbitrary<string>) =>
  fc.tuple(written, port, fc.boolean(), fc.boolean()).map(([text, suffix, brackets, quotes]) => {
    const six = text.includes(':')
    const node = six ? (brackets || suffix ? `[${text}]${suffix}` : text) : `${text}${suffix}`
    return quotes ? `"${node}"` : node
  })
/** The same in Forwarded, among other pairs. */
const told = (written: fc.Arbitrary<string>) =>
  fc
    .tuple(written, port, fc.constantFrom('', ';proto=https', ';by="_a,\\"b\\\\"', '; host="x;y"'), fc.boolean())
    .map(([text, suffix, more, first]) => {
      const node = text.includes(':') ? `"[${text}]${suffix}"` : suffix ? `"${text}${suffix}"` : text
      return first ? `for=${node}${more}` : `${more.replace(/^;\s*/, '')}${more ? ';' : ''}For=${node}`
    })

const blanks = fc.constantFrom('', ' ', '\t', '  ')
const scraps = fc.constantFrom(
  ...[
    'unknown',
    '_hidden',
    '',
    ' ',
    ',',
    '"',
    '\\',
    '\\"',
    ';',
    '=',
    'for=',
    'for="',
    'proto=https',
    '[',
    ']',
    ':',
    '%',
  ],
  ...[
    '0177.0.0.1',
    '0x7f.1',
    '127.1',
    '1.2.3.4.5',
    '::1.2.3.4',
    'fe80::1%eth0',
    '1.2.3.4:99999',
    '[1.2.3.4]',
    'for=_x',
  ],
)
const garbage = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 12 }), scraps)

const linesOf = (element: fc.Arbitrary<string>) =>
  fc.array(fc.array(fc.tuple(blanks, element, blanks), { maxLength: 5 }), { maxLength: 3 }).map((lines) => {
    return lines.map((line) => line.map((parts) => parts.join('')).join(','))
  })

const decide = {
  'x-forwarded-for': stepOf({ proxies: PROXIES }),
  forwarded: stepOf({ proxies: PROXIES, header: 'forwarded' }),
}
const decideByHops = {
  'x-forwarded-for': stepOf({ proxies: [{ hops: 2 }] }),
  forwarded: stepOf({ proxies: [{ hops: 2 }], header: 'forwarded' }),
}

function outcome(seen: Seen): Outcome {
  if (seen.code === 'forwarded-malformed') return 'malformed'
  const { address, prefix } = seen.facts.client
  // IPv6 prefixes are compared by the address alone; a hidden client has only the prefix.
  return address === '' ? { hiddenBehind: prefix } : { client: address }
}

/** The oracle's hidden clients as the step shows them. */
function expected(truth: Outcome): Outcome {
  if (truth === 'malformed' || 'client' in truth || !truth.hiddenBehind.includes(':')) return truth
  const { value } = plainAddress(truth.hiddenBehind) ?? { value: 0n }
  return { hiddenBehind: `${plainText({ family: 6, value: (value >> 64n) << 64n })}/64` }
}

describe.each(['x-forwarded-for', 'forwarded'] as const)('a walk along %s', (header) => {
  const wellFormed = header === 'forwarded' ? told : listed
  const element = fc.oneof(
    { weight: 4, arbitrary: wellFormed(proxyAddress) },
    { weight: 2, arbitrary: wellFormed(strangerAddress) },
    { weight: 1, arbitrary: garbage },
  )

  test('ends where the oracle says', () => {
    fc.assert(
      fc.property(address, linesOf(element), (peer, lines) => {
        const headers = lines.map((line) => [header, line] as const)
        const truth = trueClient({ header, proxies: PROXIES, hops: 0, peer, lines })
        expect(outcome(decide[header]({ peer, headers }))).toEqual(expected(truth))
      }),
      settings,
    )
  })

  test('by hops ends where the oracle says', () => {
    fc.assert(
      fc.property(address, linesOf(element), (peer, lines) => {
        const headers = lines.map((line) => [header, line] as const)
        const truth = trueClient({ header, proxies: [], hops: 2, peer, lines })
        expect(outcome(decideByHops[header]({ peer, headers }))).toEqual(expected(truth))
      }),
      settings,
    )
  })

  test('never lets a client choose its address, whatever it writes left of what the proxies append', () => {
    const chain = fc.array(wellFormed(proxyAddress), { maxLength: 3 })
    const invented = fc.oneof(fc.array(fc.oneof(element, garbage), { maxLength: 6 }), fc.constant<string[]>([]))
    fc.assert(
      fc.property(invented, strangerAddress, chain, proxyAddress, fc.boolean(), (left, real, right, peer, joined) => {
        const named = fc.sample(wellFormed(fc.constant(real)), { numRuns: 1, seed })
        const appended = [...named, ...right].join(', ')
        const lines = joined && left.length > 0 ? [`${left.join(',')}, ${appended}`] : [...left, appended]
        const headers = lines.map((line) => [header, line] as const)
        expect(decide[header]({ peer, headers }).address).toBe(
          plainText(plainAddress(real) ?? { family: 4, value: 0n }),
        )
      }),
      settings,
    )
  })
})

const HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip', 'x-forwarded-proto', 'x-forwarded']

test('no header of a direct connection moves its address, or makes it secure', () => {
  const values = fc.oneof(garbage, listed(address), told(address), fc.constant('https'))
  const headers = fc.array(fc.tuple(fc.constantFrom(...HEADERS), values), { maxLength: 6 })
  const steps = [...Object.values(decide), stepOf({ proxies: ['cloudflare', 'gcp-lb'], header: 'cf-connecting-ip' })]
  fc.assert(
    fc.property(strangerAddress, headers, fc.nat({ max: steps.length - 1 }), (peer, sent, which) => {
      const seen = steps[which]?.({ peer, headers: sent })
      expect(seen?.address).toBe(plainText(plainAddress(peer) ?? { family: 4, value: 0n }))
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

test('addresses are read and written as the oracle does', () => {
  const scrap = fc.constantFrom(
    '',
    '0',
    '1',
    '::',
    ':',
    '.',
    '%',
    'ffff',
    '00001',
    '127.0.0.1',
    '255',
    '256',
    '01',
    'g',
  )
  const written = fc.oneof(
    address,
    fc.array(scrap, { maxLength: 9 }).map((parts) => parts.join('')),
    fc.ipV4(),
    fc.ipV6(),
  )
  const sparse = fc
    .array(fc.constantFrom('0', '0', '0', '1', 'ab'), { minLength: 8, maxLength: 8 })
    .map((parts) => parts.join(':'))
  fc.assert(
    fc.property(fc.oneof(written, sparse), (text) => {
      const words = readAddress(text)
      const plain = plainAddress(text)
      expect(words && addressText(words)).toBe(plain && plainText(plain))
    }),
    settings,
  )
})

test('ranges decide as the oracle does', () => {
  const cidr = fc.oneof(
    fc.tuple(fc.constantFrom(0, 1, 7, 8, 9, 16, 31, 32), proxy4).map(([bits, text]) => ({ bits, text, width: 32 })),
    fc
      .tuple(fc.constantFrom(0, 1, 31, 32, 33, 64, 127, 128), proxy6)
      .map(([bits, text]) => ({ bits, text, width: 128 })),
  )
  const network = cidr.map(({ bits, text, width }) => {
    const { family, value } = plainAddress(text) ?? { family: 4, value: 0n }
    const shift = BigInt(width - bits)
    return `${plainText({ family, value: (value >> shift) << shift })}/${bits}`
  })
  fc.assert(
    fc.property(fc.array(network, { maxLength: 12 }), fc.array(address, { maxLength: 6 }), (networks, addresses) => {
      const ranges = new Ranges(networks.map(readRange).filter((range) => range !== undefined))
      for (const text of addresses) {
        const plain = plainAddress(text)
        const truth = plain !== undefined && networks.some((each) => plainlyWithin(plain, each))
        expect(ranges.has(readAddress(text) ?? [])).toBe(truth)
      }
    }),
    settings,
  )
})
