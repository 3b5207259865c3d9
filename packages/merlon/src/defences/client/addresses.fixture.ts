import * as fc from 'fast-check'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
console.info(`seed ${seed}`)

export const settings = { numRuns: 10_000, verbose: false, seed } as const

/** Ranges that `proxyAddress` is always in, and `strangerAddress` never. */
export const PROXIES = ['127.0.0.0/8', '10.0.0.0/8', '198.51.100.7', '2001:db8:aaaa::/48', '::1/128']

const octet = fc.nat({ max: 255 })
const group = fc.nat({ max: 0xffff }).map((value) => value.toString(16))
export const proxy4 = fc.tuple(octet, octet, octet).map((rest) => `10.${rest.join('.')}`)
export const proxy6 = fc.tuple(group, group).map((rest) => `2001:db8:aaaa::${rest.join(':')}`)
const mapped = (text: string) => `::ffff:${text}`
export const proxyAddress = fc.oneof(
  proxy4,
  proxy4.map(mapped),
  proxy6,
  fc.constantFrom('127.0.0.1', '::1', '198.51.100.7'),
)
const stranger4 = fc.tuple(octet, octet, octet).map((rest) => `203.${rest.join('.')}`)
const stranger6 = fc.tuple(group, group, group).map((rest) => `2001:db8:bbbb::${rest.join(':')}`)
export const strangerAddress = fc.oneof(stranger4, stranger4.map(mapped), stranger6)
export const address = fc.oneof(proxyAddress, strangerAddress)

const port = fc.constantFrom('', ':1', ':65535', ':_p')
/** An address as proxies write it in X-Forwarded-For. */
export const listed = (written: fc.Arbitrary<string>) =>
  fc.tuple(written, port, fc.boolean(), fc.boolean()).map(([text, suffix, brackets, quotes]) => {
    const six = text.includes(':')
    const node = six ? (brackets || suffix ? `[${text}]${suffix}` : text) : `${text}${suffix}`
    return quotes ? `"${node}"` : node
  })
/** The same in Forwarded, among other pairs. */
export const told = (written: fc.Arbitrary<string>) =>
  fc
    .tuple(written, port, fc.constantFrom('', ';proto=https', ';by="_a,\\"b\\\\"', '; host="x;y"'), fc.boolean())
    .map(([text, suffix, more, first]) => {
      const node = text.includes(':') ? `"[${text}]${suffix}"` : suffix ? `"${text}${suffix}"` : text
      return first ? `for=${node}${more}` : `${more.replace(/^;\s*/, '')}${more ? ';' : ''}For=${node}`
    })

export const blanks = fc.constantFrom('', ' ', '\t', '  ')
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
export const garbage = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 12 }), scraps)
