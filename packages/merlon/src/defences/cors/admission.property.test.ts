import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Build } from '../../contract/defence.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { cors } from './index.ts'
import { parseOrigin } from './parse-origin.ts'

const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)
console.info(`seed ${seed}`)
const runs = { numRuns: 10_000, verbose: false, seed }

const build = { mistake: () => {} } as unknown as Build
const base = cors.section.schema().parse({})

/** What the defence does with an origin, read off its step and off its answer. */
function admitted(origins: readonly string[], origin: string): boolean {
  const compiled = cors.compile({ ...base, origins }, build)
  const facts = new FakeFacts({ method: 'POST', headers: [['Origin', origin]] })
  const passes = compiled.steps?.['cors.preflight']?.(facts) === undefined
  const list: string[] = []
  compiled.leave?.(facts, Object.assign(answer(list)))
  const at = list.indexOf('Access-Control-Allow-Origin')
  if (at >= 0) expect(list[at + 1]).toBe(origin)
  // Refused and still readable, or admitted and unreadable, would both be wrong.
  expect(at >= 0).toBe(passes)
  return passes
}

function answer(list: string[]) {
  return { status: 200, list, vary: () => {} } as unknown as Parameters<
    NonNullable<ReturnType<typeof cors.compile>['leave']>
  >[1]
}

/** The oracle: no regular expression, no URL; it takes an origin apart by hand. */
function oracle(rule: string, origin: string): boolean {
  if (!rule.includes('*')) return rule === origin
  const [before = '', after = ''] = rule.split('*')
  if (before.endsWith(':')) {
    const host = before.slice(0, -1)
    if (origin === host) return true
    const port = origin.slice(before.length)
    return (
      origin.startsWith(before) && port.length >= 1 && port.length <= 5 && [...port].every((c) => DIGITS.includes(c))
    )
  }
  if (!origin.startsWith(before) || !origin.endsWith(after)) return false
  const label = origin.slice(before.length, origin.length - after.length)
  if (origin.length < before.length + after.length + 1 || label.length > 63) return false
  return [...label].every((c) => LABEL.includes(c))
}

const DIGITS = '0123456789'
const LABEL = `abcdefghijklmnopqrstuvwxyz_-${DIGITS}`

const word = fc.constantFrom('app', 'admin', 'evil', 'a', 'pr-1', 'x_y', 'example', 'xn--e1afmkfd')
const tld = fc.constantFrom('com', 'org', 'example', 'co.uk')
const host = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), tld)
  .map(([words, last]) => `${words.join('.')}.${last}`)
const port = fc.constantFrom('', '', ':8443', ':3000')
const scheme = fc.constantFrom('https://', 'https://', 'http://')
const exact = fc.tuple(scheme, host, port).map((parts) => parts.join(''))
const wildcard = fc
  .tuple(scheme, fc.constantFrom('*', 'pr-*', '*-web', 'pr-*-web'), word, tld, port)
  .map(([s, star, w, last, p]) => `${s}${star}.${w}.${last}${p}`)
const rule = fc.oneof(exact, wildcard, fc.constantFrom('http://localhost:*', 'http://[::1]:*', 'capacitor://localhost'))

/** Origins near the rule: filled in, and then bent the way an attacker would. */
const near = (from: string) => {
  const filled = fc.tuple(
    fc.constantFrom('app', 'evil', 'a.b', '', 'evil.com/', 'ä', 'A', '9', 'x'.repeat(70), '*'),
    fc.nat(99_999),
  )
  return filled.chain(([label, digits]) => {
    const plain = from.endsWith(':*') ? from.replace('*', String(digits)) : from.replace('*', label)
    const bent = [
      plain,
      `${plain}.evil.com`,
      `${plain}/`,
      `${plain}\n`,
      `${plain}, ${plain}`,
      `${plain}:80`,
      `${plain}@evil.com`,
      `${plain}.`,
      ` ${plain}`,
      plain.toUpperCase(),
      plain.replace('://', '://evil'),
      plain.replace('://', '://user@'),
      plain.replace('://', '://evil.com/'),
      plain.replace('://', '://evil.com\\'),
      plain.replace('://', ':/'),
      plain.replace('https', 'http'),
      plain.replace('http://', 'https://'),
      plain.replace('.', 'x'),
      plain.replace('.', '．'),
      plain.replace('e', 'е'),
      plain.replace(/:\d+$/, ''),
      'null',
      '*',
      '',
    ]
    return fc.constantFrom(...bent)
  })
}

describe('exact origins and patterns, against an oracle written apart', () => {
  test('never admit an origin outside of the list, and always one within', () => {
    const policy = fc.array(rule, { minLength: 1, maxLength: 4 })
    const scene = policy.chain((origins) => fc.tuple(fc.constant(origins), fc.constantFrom(...origins).chain(near)))
    let yes = 0
    fc.assert(
      fc.property(scene, ([origins, origin]) => {
        const should = origins.some((each) => oracle(each, origin))
        if (should) yes++
        return admitted(origins, origin) === should
      }),
      runs,
    )
    // The property says something only where both answers come often.
    expect(yes).toBeGreaterThan(500)
  })

  test('survive any text as the Origin header and admit none of it', () => {
    const origins = [
      'https://app.example.com',
      'https://*.example.com',
      String.raw`/^https:\/\/[a-z.-]+\.example\.com$/`,
    ]
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (origin) => !admitted(origins, origin)),
      runs,
    )
  })
})

describe('any text as a rule', () => {
  const piece = fc.constantFrom(
    'https://',
    'http',
    '*',
    '.',
    'example',
    '.com',
    ':',
    '443',
    '/',
    '^',
    '$',
    '\\.',
    '[a-z]',
    '+',
    '(',
    ')',
    '?',
    '|',
    '@',
    '\n',
    'null',
    ' ',
    ',',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  )

  test('is read or refused, never thrown on; what is read admits nothing but origins', () => {
    fc.assert(
      fc.property(text, (written) => {
        const origin = parseOrigin(written)
        if (origin.kind === 'wrong') return origin.expected.length > 0
        if (origin.kind === 'any') return written === '*'
        if (origin.kind === 'exact') return admitted([written], written) && !admitted([written], `${written}.evil.com`)
        // `https://*.com` is critical to `check`, and still a pattern: it admits what it says.
        return ['https://evil.com', 'null', 'https://a.b\n', ''].every(
          (each) => !admitted([written], each) || oracle(written, each),
        )
      }),
      runs,
    )
  })
})

describe('expressions', () => {
  // What is spelled out ends in a dot, so that the one domain of the end is the oracle's whole knowledge.
  const atom = fc.constantFrom(
    ['[a-z0-9-]', 'x'],
    ['[a-z.]', '.'],
    ['\\d', '7'],
    ['\\.', '.'],
    ['(?:app\\.)', 'app.'],
    ['([a-z-]+\\.)', 'evil.'],
    ['(a\\.|b\\.)', 'b.'],
  )
  const quantifier = fc.constantFrom(['', 1], ['', 1], ['?', 0], ['?', 1], ['+', 3], ['*', 0], ['{2}', 2], ['{1,3}', 3])
  const end = fc.constantFrom(
    ['\\.example\\.com', '.example.com'],
    ['example\\.com', 'example.com'],
    ['\\.com', '.com'],
    ['\\.(?:example|sample)\\.com', '.sample.com'],
    ['\\.example\\.com(:\\d+)?', '.example.com:80'],
    ['\\.example\\.com:8080', '.example.com:8080'],
  )
  const start = fc.constantFrom(['https?:\\/\\/', 'http://'], ['https:\\/\\/', 'https://'], ['http://', 'http://'])
  const hostile = fc.constantFrom(
    'https://evil.com',
    'https://evilexample.com',
    'https://x.com',
    'http://a.b.example.org',
  )

  /** An expression, and an origin that it fits. */
  const scene = fc
    .tuple(start, fc.array(fc.tuple(atom, quantifier), { maxLength: 4 }), end)
    .map(([first, parts, last]) => ({
      written: `/^${first[0]}${parts.map(([each, many]) => `${each[0]}${many[0]}`).join('')}${last[0]}$/`,
      fitting: `${first[1]}${parts.map(([each, many]) => String(each[1]).repeat(Number(many[1]))).join('')}${last[1]}`,
    }))

  test('that are accepted admit only hosts of a fixed domain, to the end of the text', () => {
    let yes = 0
    fc.assert(
      fc.property(scene, hostile, ({ written, fitting }, other) => {
        if (parseOrigin(written).kind === 'wrong') return true
        if (admitted([written], other)) return false
        if (!admitted([written], fitting)) return true
        yes++
        // The oracle: the host's last two labels are a domain that the expression spells out.
        const host = fitting.split('//')[1]?.split(':')[0] ?? ''
        const domain = host.split('.').slice(-2).join('.')
        const mine = domain === 'example.com' || (domain === 'sample.com' && written.includes('sample'))
        return mine && !admitted([written], `${fitting}.evil.com`) && !admitted([written], `${fitting}\n`)
      }),
      runs,
    )
    expect(yes).toBeGreaterThan(500)
  })
})
