import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  address,
  blanks,
  garbage,
  listed,
  PROXIES,
  proxyAddress,
  settings,
  strangerAddress,
  told,
} from './addresses.fixture.ts'
import { type Seen, stepOf } from './build.fixture.ts'
import { type Outcome, plainAddress, plainly, plainText, trueClient } from './oracle.fixture.ts'

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
    const named = strangerAddress.chain((real) =>
      wellFormed(fc.constant(real)).map((element) => ({ real: plainly(real), element })),
    )
    const invented = fc.oneof(fc.array(fc.oneof(element, garbage), { maxLength: 6 }), fc.constant<string[]>([]))
    fc.assert(
      fc.property(
        invented,
        named,
        chain,
        proxyAddress,
        fc.boolean(),
        (left, { real, element }, right, peer, joined) => {
          const appended = [element, ...right].join(', ')
          const lines = joined && left.length > 0 ? [`${left.join(',')}, ${appended}`] : [...left, appended]
          const headers = lines.map((line) => [header, line] as const)
          expect(decide[header]({ peer, headers }).address).toBe(
            plainText(plainAddress(real) ?? { family: 4, value: 0n }),
          )
        },
      ),
      settings,
    )
  })
})
