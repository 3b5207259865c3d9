import type { Difference, Explanation } from '../../contract/explanation.ts'
import type { ClientOptions } from './options.ts'

export const explainClient: Explanation<ClientOptions> = {
  words: {
    proxies: 'proxies that are believed',
    header: 'header that proxies write',
    ipv6Prefix: 'bits of an IPv6 address that are one client',
    deny: 'denied addresses',
    exempt: 'addresses that limits by address leave alone',
  },
  tighter: { proxies: 'fewer', ipv6Prefix: 'fewer', deny: 'more', exempt: 'fewer' },
  compare: { allow: compareAllow },
}

/** An empty list admits everybody; past that, each range more admits more. Groups are lists that all have to admit. */
function compareAllow(before: ClientOptions['allow'], after: ClientOptions['allow']): readonly Difference[] {
  const [old, now] = [before.flat(), after.flat()]
  if (now.length === 0) return [{ direction: 'looser', text: `allowed addresses: all instead of ${old.join(', ')}` }]
  if (old.length === 0) return [{ direction: 'tighter', text: `allowed addresses: ${now.join(', ')} instead of all` }]
  if (before.length > 1 || after.length > 1) {
    return [{ direction: 'other', text: `allowed addresses: ${now.join(', ')} instead of ${old.join(', ')}` }]
  }
  return [
    ...now
      .filter((each) => !old.includes(each))
      .map((each): Difference => ({ direction: 'looser', text: `allowed addresses: ${each} added` })),
    ...old
      .filter((each) => !now.includes(each))
      .map((each): Difference => ({ direction: 'tighter', text: `allowed addresses: ${each} removed` })),
  ]
}
