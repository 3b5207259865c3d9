import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'
import { describe, expect, test } from 'vitest'
import { presets } from './presets.ts'
import { answer, read } from './testing.fixture.ts'

/** What helmet itself sends with its defaults, and what it removes. */
function helmetDefaults(): { sent: Map<string, string>; removed: string[] } {
  const sent = new Map<string, string>()
  const removed: string[] = []
  const res = {
    setHeader: (name: string, value: string) => void sent.set(name.toLowerCase(), value),
    removeHeader: (name: string) => void removed.push(name.toLowerCase()),
  }
  helmet()({} as IncomingMessage, res as unknown as ServerResponse, () => {})
  return { sent, removed }
}

type Rule = (ours: string, theirs: string) => boolean

const equal: Rule = (ours, theirs) => ours === theirs

/** As strict as theirs, in a list that goes from the strictest on. */
const ordered =
  (...words: readonly string[]): Rule =>
  (ours, theirs) =>
    words.includes(ours) && words.indexOf(ours) <= words.indexOf(theirs)

/** One rule for each header of helmet's: the answer is as strict, or stricter. */
const rules: Readonly<Record<string, Rule>> = {
  'content-security-policy': (ours, theirs) => isStricterCsp(parseCsp(ours), parseCsp(theirs)),
  'cross-origin-opener-policy': ordered(
    'same-origin',
    'noopener-allow-popups',
    'same-origin-allow-popups',
    'unsafe-none',
  ),
  'cross-origin-resource-policy': ordered('same-origin', 'same-site', 'cross-origin'),
  'origin-agent-cluster': equal,
  'referrer-policy': ordered('no-referrer', 'same-origin', 'strict-origin', 'origin'),
  'strict-transport-security': (ours, theirs) => isStricterHsts(parseHsts(ours), parseHsts(theirs)),
  'x-content-type-options': equal,
  'x-dns-prefetch-control': equal,
  'x-download-options': equal,
  'x-frame-options': ordered('DENY', 'SAMEORIGIN'),
  'x-permitted-cross-domain-policies': ordered('none', 'master-only', 'by-content-type', 'all'),
  'x-xss-protection': equal,
}

type Csp = ReadonlyMap<string, readonly string[]>

function parseCsp(text: string): Csp {
  return new Map(text.split(';').map((each) => [each.trim().split(' ')[0] ?? '', each.trim().split(' ').slice(1)]))
}

/** Where each fetch directive falls back to (CSP §6.8.3); the others have no fallback. */
const FALLBACK: Readonly<Record<string, readonly string[]>> = {
  'default-src': [],
  'font-src': ['default-src'],
  'img-src': ['default-src'],
  'object-src': ['default-src'],
  'script-src': ['default-src'],
  'script-src-attr': ['script-src', 'default-src'],
  'style-src': ['default-src'],
}

function effective(csp: Csp, name: string): readonly string[] | undefined {
  return [name, ...(FALLBACK[name] ?? [])].map((each) => csp.get(each)).find((each) => each !== undefined)
}

/** Whatever ours admits, theirs admits too. */
function isStricterCsp(ours: Csp, theirs: Csp): boolean {
  for (const [name, allowed] of theirs) {
    const own = effective(ours, name)
    if (name === 'upgrade-insecure-requests') {
      // Where nothing is loaded, nothing is to be upgraded.
      if (own === undefined && ours.get('default-src')?.join() !== "'none'") return false
      continue
    }
    if (own === undefined) return false
    if (!own.every((source) => source === "'none'" || allowed.includes(source))) return false
  }
  return true
}

interface Hsts {
  readonly maxAge: number
  readonly subdomains: boolean
}

function parseHsts(text: string): Hsts {
  return { maxAge: Number(/max-age=(\d+)/.exec(text)?.[1]), subdomains: /includeSubDomains/.test(text) }
}

function isStricterHsts(ours: Hsts, theirs: Hsts): boolean {
  return ours.maxAge >= theirs.maxAge && (ours.subdomains || !theirs.subdomains)
}

const { sent, removed } = helmetDefaults()

test('every header that helmet sends has a rule, and every rule a header', () => {
  expect([...sent.keys()].sort()).toEqual(Object.keys(rules).sort())
})

describe.each(Object.keys(presets))('the preset %s', (preset) => {
  const ours = answer(read({ preset }))

  test.each([...sent])('%s is as strict as helmet’s %j, or stricter', (name, theirs) => {
    const own = ours.get(name)
    expect(own).toBeDefined()
    expect(rules[name]?.(own ?? '', theirs), `${own} against ${theirs}`).toBe(true)
  })

  test('what helmet removes never leaves', () => {
    expect(removed).toEqual(['x-powered-by'])
    const list = answer(read({ preset }), { own: ['X-Powered-By', 'Express', 'server', 'nginx/1.2', 'Via', '1.1 x'] })
    expect(list.has('x-powered-by')).toBe(false)
    expect(list.has('server')).toBe(false)
    expect(list.get('via')).toBe('1.1 x')
  })

  test('what helmet leaves to be asked for is there, or off', () => {
    expect(['require-corp', undefined]).toContain(ours.get('cross-origin-embedder-policy'))
  })
})

describe('the rules themselves', () => {
  test.each([
    ['content-security-policy', "default-src 'self'"],
    ['content-security-policy', "default-src 'none'; base-uri 'none'; form-action 'none'"],
    [
      'content-security-policy',
      String(sent.get('content-security-policy')).replace("script-src 'self'", "script-src 'self' https:"),
    ],
    ['content-security-policy', String(sent.get('content-security-policy')).replace(';upgrade-insecure-requests', '')],
    ['cross-origin-opener-policy', 'unsafe-none'],
    ['referrer-policy', 'unsafe-url'],
    ['strict-transport-security', 'max-age=31535999; includeSubDomains'],
    ['strict-transport-security', 'max-age=31536000'],
    ['x-frame-options', 'ALLOW-FROM https://a.example'],
  ])('find %s: %s too weak', (name, weak) => {
    expect(rules[name]?.(weak, sent.get(name) ?? '')).toBe(false)
  })
})
