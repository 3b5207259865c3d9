import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeFacts } from '../testing/fake-facts.ts'
import { path } from './path.ts'

function read(target: string, headers: [string, string][] = [['host', 'api.example.com']], method = 'GET') {
  const facts = new FakeFacts({ method, target, headers })
  facts.path = ''
  facts.query = ''
  const verdict = path(facts)
  return verdict?.kind === 'refuse' ? verdict.code : { path: facts.path, query: facts.query }
}

describe('the canonical path', () => {
  test.each([
    ['/', '/', ''],
    ['/books', '/books', ''],
    ['/books/', '/books/', ''],
    ['//books', '//books', ''],
    ['/books?q=a&b=/../', '/books', 'q=a&b=/../'],
    ['/?', '/', ''],
    ['/%62ooks', '/books', ''],
    ['/a%20b', '/a%20b', ''],
    ['/a%c3%a9', '/a%C3%A9', ''],
    ['/a%2Cb', '/a,b', ''],
    ['/a,b', '/a,b', ''],
    ['/a%3Bb', '/a%3Bb', ''],
    ['/a%25b', '/a%25b', ''],
    ['/a[1]', '/a%5B1%5D', ''],
    ['/...', '/...', ''],
    ['/.well-known/x', '/.well-known/x', ''],
  ])('of %s is %s', (target, canonical, query) => {
    expect(read(target)).toEqual({ path: canonical, query })
  })

  test.each([
    ['dot segments', '/a/../b'],
    ['a dot segment at the end', '/a/..'],
    ['a single dot', '/./a'],
    ['an encoded dot', '/%2e%2e/b'],
    ['half an encoded dot segment', '/.%2e/b'],
    ['an encoded slash', '/a%2fb'],
    ['an encoded backslash', '/a%5Cb'],
    ['a backslash', '/a\\b'],
    ['NUL', '/a%00b'],
    ['a line break', '/a%0d%0ab'],
    ['a path parameter', '/admin;a=b'],
    ['a dot segment with a parameter', '/..;/admin'],
    ['an overlong slash', '/a%c0%afb'],
    ['an overlong dot', '/%c0%ae%c0%ae/'],
    ['a surrogate', '/a%ed%a0%80'],
    ['a truncated sequence', '/a%c3'],
    ['a % without digits', '/a%zz'],
    ['raw bytes outside of ASCII', '/caf\u00e9'],
    ['a fragment', '/a#b'],
    ['a fragment in the query', '/a?b#c'],
    ['a tab in the query', '/a?b\tc'],
    ['no path', 'books'],
    ['nothing', ''],
    ['an absolute URL of another host', 'http://evil.example/a'],
    ['an absolute URL with credentials', 'http://api.example.com@evil.example/a'],
    ['another scheme', 'ftp://api.example.com/a'],
    ['an asterisk', '*'],
  ])('is refused for %s', (_name, target) => {
    expect(read(target)).toBe('path-ambiguous')
  })

  test('takes an absolute URL of the request’s own host', () => {
    expect(read('http://API.example.com/a?b')).toEqual({ path: '/a', query: 'b' })
    expect(read('http://api.example.com')).toEqual({ path: '/', query: '' })
  })

  test('takes the asterisk of OPTIONS', () => {
    expect(read('*', [], 'OPTIONS')).toEqual({ path: '*', query: '' })
  })
})

/** Other readers of the same target, each in the way of a known kind of server. Written apart from the code above. */
const readers: Record<string, (target: string) => string> = {
  /** Decodes, then resolves dots and merges nothing: nginx with merge_slashes off. */
  decodesFirst: (target) => dots(bytes(target)),
  /** Resolves dots, then decodes: browsers, `new URL`. */
  url: (target) => bytes(new URL(`http://h${target}`).pathname),
  /** Cuts parameters from each segment, then decodes and resolves: servlet containers. */
  servlet: (target) => dots(bytes(target.replace(/;[^/]*/g, ''))),
  /** Takes backslashes for slashes: IIS. */
  backslash: (target) => dots(bytes(target).replaceAll('\\', '/')),
  /** Ends at NUL: C. */
  c: (target) => bytes(target).split('\0')[0] as string,
}

function bytes(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function dots(text: string): string {
  const out: string[] = []
  const parts = text.slice(1).split('/')
  parts.forEach((part, at) => {
    const last = at === parts.length - 1
    if (part === '..') {
      out.pop()
      if (last) out.push('')
    } else if (part === '.') {
      if (last) out.push('')
    } else out.push(part)
  })
  return `/${out.join('/')}`
}

const piece = fc.constantFrom(
  ...[
    'a',
    'B',
    '.',
    '..',
    '/',
    '//',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '\\',
    ';',
    ';x=1',
    '%00',
    '%c0%ae',
    '%c0%af',
    '%',
    '%2',
    '%25',
  ],
  ...[
    '%41',
    '%61',
    '%3b',
    '%3f',
    '%23',
    '%20',
    '%7e',
    '~',
    'é',
    '%c3%a9',
    '%ed%a0%80',
    '[',
    ']',
    '^',
    '|',
    '@',
    ':',
    '!',
    '$',
    "'",
  ],
)
const tricky = fc.array(piece, { maxLength: 12 }).map((parts) => `/${parts.join('')}`)
const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fffffff)

describe(`properties (seed ${seed})`, () => {
  test('what is admitted is read alike by every reader', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          tricky,
          fc.webPath(),
          fc.string().map((text) => `/${text}`),
        ),
        (target) => {
          const result = read(target.split('?', 1)[0] as string)
          if (typeof result === 'string') return
          for (const [name, reader] of Object.entries(readers)) {
            expect(reader(target.split('?', 1)[0] as string), name).toBe(bytes(result.path))
          }
          expect(read(result.path)).toEqual({ path: result.path, query: '' })
        },
      ),
      { numRuns: 10_000, seed },
    )
  })

  test('no target whatever makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), tricky), fc.string(), (target, host) => {
        const result = read(target, [['host', host]])
        expect(typeof result === 'string' || result.path.startsWith('/')).toBe(true)
      }),
      { numRuns: 10_000, seed },
    )
  })
})
