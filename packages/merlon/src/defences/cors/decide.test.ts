import { describe, expect, test } from 'vitest'
import { Answer } from '../../contract/answer.ts'
import type { Build, Compiled } from '../../contract/defence.ts'
import type { Verdict } from '../../contract/verdict.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { cors } from './index.ts'
import type { Cors } from './options.ts'

const { section } = cors

function read(written: unknown): Cors {
  return section.schema().parse(section.desugar(written, 'policy'))
}

const mistakes: { path: readonly (string | number)[]; expected: string }[] = []
const build = {
  mistake: (path: readonly (string | number)[], expected: string) => mistakes.push({ path, expected }),
} as unknown as Build

interface Request {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly secure?: boolean
}

function facts({ method = 'GET', headers = {}, secure = true }: Request): FakeFacts {
  const made = new FakeFacts({ method, headers: [['Host', 'api.example.com'], ...Object.entries(headers)] })
  made.secure = secure
  return made
}

function decide(compiled: Compiled, request: Request): Verdict {
  return compiled.steps?.['cors.preflight']?.(facts(request)) as Verdict
}

function leave(compiled: Compiled, request: Request, own: string[] = []): Answer {
  const answer = new Answer(200, [...own])
  compiled.leave?.(facts(request), answer)
  return answer
}

const app = 'https://app.example.com'
const preflight = (origin: string, more: Record<string, string> = {}): Request => ({
  method: 'OPTIONS',
  headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT', ...more },
})
const from = (origin: string, method = 'POST', more: Record<string, string> = {}): Request => ({
  method,
  headers: { Origin: origin, ...more },
})

describe('with nothing written', () => {
  const compiled = cors.compile(read({}), build)

  test('no foreign origin is admitted', () => {
    expect(decide(compiled, from(app))).toMatchObject({ kind: 'refuse', code: 'origin-refused' })
    expect(decide(compiled, from(app, 'GET'))).toMatchObject({ code: 'origin-refused' })
    expect(decide(compiled, preflight(app))).toMatchObject({ code: 'origin-refused' })
    expect(leave(compiled, from(app)).get('access-control-allow-origin')).toBeUndefined()
  })

  test('requests without an Origin pass', () => {
    expect(decide(compiled, {})).toBeUndefined()
    expect(decide(compiled, { method: 'OPTIONS' })).toBeUndefined()
    expect(decide(compiled, { method: 'OPTIONS', headers: { 'Access-Control-Request-Method': 'GET' } })).toBeUndefined()
  })
})

describe('the API’s own origin is never refused', () => {
  const compiled = cors.compile(read({}), build)

  test.each([
    ['the same host', 'https://api.example.com', {}, true],
    ['the same host over plain HTTP', 'http://api.example.com', {}, false],
    ['the default port in Host', 'https://api.example.com', { Host: 'api.example.com:443' }, true],
    ['another port in both', 'https://api.example.com:8443', { Host: 'api.example.com:8443' }, true],
    ['Host in upper case', 'https://api.example.com', { Host: 'API.example.com' }, true],
    ['an IPv6 host', 'http://[::1]:3000', { Host: '[::1]:3000' }, false],
    [
      'a browser behind a proxy that rewrites Host',
      'https://public.example.com',
      { 'Sec-Fetch-Site': 'same-origin' },
      true,
    ],
    ['a form of our own under no-referrer', 'null', { 'Sec-Fetch-Site': 'same-origin' }, true],
  ])('%s', (_, origin, headers, secure) => {
    const made = new FakeFacts({
      method: 'POST',
      headers: Object.entries({ Host: 'api.example.com', ...headers, Origin: origin }),
    })
    made.secure = secure
    expect(compiled.steps?.['cors.preflight']?.(made)).toBeUndefined()
    const answer = new Answer(200, [])
    compiled.leave?.(made, answer)
    expect(answer.list).toEqual(['Vary', 'Origin'])
  })

  test.each([
    ['its plain HTTP sibling', 'http://api.example.com', {}],
    ['another port', 'https://api.example.com:8443', {}],
    ['a subdomain', 'https://x.api.example.com', {}],
    ['a page of the same site', 'https://app.example.com', { 'Sec-Fetch-Site': 'same-site' }],
    ['a sandboxed frame', 'null', { 'Sec-Fetch-Site': 'cross-site' }],
    ['no origin at all', 'null', {}],
    ['two values', 'https://api.example.com, https://evil.com', {}],
    ['two values in Sec-Fetch-Site', 'https://evil.com', { 'Sec-Fetch-Site': 'same-origin, same-origin' }],
  ])('%s is foreign', (_, origin, headers) => {
    expect(decide(compiled, from(origin, 'POST', headers))).toMatchObject({ code: 'origin-refused' })
  })
})

describe('an admitted origin', () => {
  const compiled = cors.compile(
    read({
      origins: [app, 'https://*.preview.example.com'],
      credentials: true,
      maxAge: '10m',
      exposedHeaders: ['X-Total'],
    }),
    build,
  )

  test('gets its preflight answered with what it may do, whatever it asked for', () => {
    const asked = preflight(app, { 'Access-Control-Request-Headers': 'x-evil' })
    expect(decide(compiled, asked)).toEqual({ kind: 'answer', status: 204, headers: [] })
    expect(leave(compiled, asked).list).toEqual([
      ...['Vary', 'Origin, Access-Control-Request-Method'],
      ...['Access-Control-Allow-Origin', app],
      ...['Access-Control-Allow-Credentials', 'true'],
      ...['Access-Control-Allow-Methods', 'GET, HEAD, PUT, PATCH, POST, DELETE'],
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key, X-Request-Id',
      ...['Access-Control-Max-Age', '600'],
    ])
  })

  test('is named on every answer', () => {
    expect(decide(compiled, from('https://pr-1.preview.example.com'))).toBeUndefined()
    expect(leave(compiled, from('https://pr-1.preview.example.com')).list).toEqual([
      ...['Vary', 'Origin'],
      ...['Access-Control-Allow-Origin', 'https://pr-1.preview.example.com'],
      ...['Access-Control-Allow-Credentials', 'true'],
      ...['Access-Control-Expose-Headers', 'RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, X-Total'],
    ])
  })

  test('an OPTIONS that is no preflight goes to the handler', () => {
    expect(decide(compiled, from(app, 'OPTIONS'))).toBeUndefined()
    expect(leave(compiled, from(app, 'OPTIONS')).get('access-control-allow-methods')).toBeUndefined()
    expect(leave(compiled, from(app, 'OPTIONS')).get('vary')).toBe('Origin, Access-Control-Request-Method')
  })

  test.each([
    ['https://app.example.com.evil.com'],
    ['https://evilapp.example.com'],
    ['http://app.example.com'],
    ['https://app.example.com:444'],
    ['https://app.example.com:443'],
    ['https://app.example.com/'],
    ['https://user@app.example.com'],
    ['HTTPS://APP.EXAMPLE.COM'],
    ['https://app.example.com, https://app.example.com'],
    ['https://app.example.com https://evil.com'],
    ['https://app.example.com\n'],
    ['null'],
    ['*'],
    [''],
    ['__proto__'],
  ])('is not taken from %j', (origin) => {
    expect(decide(compiled, from(origin))).toMatchObject({ kind: 'refuse', code: 'origin-refused' })
    expect(decide(compiled, preflight(origin))).toMatchObject({ kind: 'refuse', code: 'origin-refused' })
    expect(leave(compiled, from(origin)).list).toEqual(['Vary', 'Origin'])
  })

  test('is of the form that browsers send, even where an expression would fit more', () => {
    const loose = cors.compile(read([String.raw`/^https:\/\/[\w.]+\.example\.com$/`]), build)
    expect(decide(loose, from('https://a.b.example.com'))).toBeUndefined()
    expect(decide(loose, from('https://A.example.com'))).toMatchObject({ kind: 'refuse' })
    expect(decide(loose, from('https://a..example.com'))).toMatchObject({ kind: 'refuse' })
  })

  test('a refusal says to the log which origin, and not to the client', () => {
    const verdict = decide(compiled, from('https://evil.com'))
    expect(verdict).toMatchObject({ reason: 'cors.origins does not admit "https://evil.com"' })
    expect(verdict).toHaveProperty('detail', 'Pages of this origin may not call this API.')
    const long = decide(compiled, from(`https://${'e'.repeat(10_000)}`))
    expect(long?.kind === 'refuse' && long.reason?.length).toBeLessThan(300)
  })
})

describe('headers of the application', () => {
  const own = [
    ...['access-control-allow-origin', '*'],
    ...['Access-Control-Allow-Credentials', 'true'],
    ...['Access-Control-Expose-Headers', 'X-Secret'],
    ...['timing-allow-origin', '*'],
    ...['Allow', 'GET'],
    ...['Vary', 'Accept-Encoding, origin'],
  ]

  test('are replaced, never doubled', () => {
    const { list } = leave(cors.compile(read(app), build), from(app), own)
    expect(list.filter((each) => each.toLowerCase() === 'access-control-allow-origin')).toHaveLength(1)
    expect(list).toEqual([
      ...['Allow', 'GET', 'Vary', 'Accept-Encoding, origin'],
      ...['Access-Control-Allow-Origin', app],
      ...['Access-Control-Expose-Headers', 'RateLimit, RateLimit-Policy, Retry-After, X-Request-Id'],
    ])
  })

  test('are removed where no origin is admitted', () => {
    expect(leave(cors.compile(read({}), build), from('https://evil.com'), own).list).toEqual([
      ...['Allow', 'GET', 'Vary', 'Accept-Encoding, origin'],
    ])
  })

  test('stay where the defence is off', () => {
    const compiled = cors.compile(read('off'), build)
    expect(compiled).toEqual({})
  })
})

describe('any origin', () => {
  const compiled = cors.compile(read({ origins: ['*'], timing: true }), build)

  test('is the same answer for all, so nothing varies', () => {
    expect(decide(compiled, from('https://anybody.example'))).toBeUndefined()
    const { list } = leave(compiled, from('https://anybody.example'))
    expect(list).toEqual(leave(compiled, {}).list)
    expect(list.slice(0, 4)).toEqual(['Access-Control-Allow-Origin', '*', 'Timing-Allow-Origin', '*'])
  })

  test('never goes with credentials', () => {
    expect(section.schema().safeParse({ origins: ['*'], credentials: true }).error?.issues).toMatchObject([
      { path: ['origins'], message: expect.stringContaining('"*" and credentials exclude each other') },
    ])
  })

  test('stands alone', () => {
    expect(section.schema().safeParse({ origins: ['*', app] }).error?.issues).toMatchObject([{ path: ['origins'] }])
  })
})

describe('observe', () => {
  test('reports a foreign origin and withholds only the 403', () => {
    const compiled = cors.compile(read('observe'), build)
    expect(compiled.observe).toBe(true)
    expect(decide(compiled, from(app))).toMatchObject({ code: 'origin-refused' })
    expect(leave(compiled, from(app), ['Access-Control-Allow-Origin', '*']).list).toEqual([])
  })

  test('answers preflights and varies as enforced', () => {
    const compiled = cors.compile(read({ mode: 'observe', origins: [app] }), build)
    expect(decide(compiled, preflight(app))).toMatchObject({ kind: 'answer' })
    expect(leave(compiled, from('https://evil.com')).list).toEqual(['Vary', 'Origin'])
  })
})

describe('a private network', () => {
  const asked = preflight(app, { 'Access-Control-Request-Private-Network': 'true' })
  const header = 'access-control-allow-private-network'

  test('is opened only where the policy says so, to admitted origins that ask', () => {
    const open = cors.compile(read({ origins: [app], privateNetwork: true }), build)
    expect(leave(open, asked).get(header)).toBe('true')
    expect(leave(open, asked).get('vary')).toContain('Access-Control-Request-Private-Network')
    expect(leave(open, preflight(app)).get(header)).toBeUndefined()
    expect(
      leave(open, { ...asked, headers: { ...asked.headers, Origin: 'https://evil.com' } }).get(header),
    ).toBeUndefined()
    expect(leave(cors.compile(read(app), build), asked).get(header)).toBeUndefined()
  })
})

describe('variables', () => {
  test('can hold a list', () => {
    const compiled = cors.compile({ ...read({}), origins: ['https://a.example, https://b.example'] }, build)
    expect(decide(compiled, from('https://b.example'))).toBeUndefined()
    expect(decide(compiled, from('https://c.example'))).toMatchObject({ kind: 'refuse' })
  })

  test.each([
    [['https://a.example/'], false, ['origins', 0], 'write "https://a.example"'],
    [[''], false, ['origins', 0], 'an origin such as'],
    [['null'], false, ['origins', 0], 'every sandboxed frame'],
    [['*'], true, ['origins'], 'exclude each other'],
    [['https://a.example,*'], false, ['origins'], '"*" alone'],
  ])('that hold %j are a mistake, and nobody is admitted', (origins, credentials, path, said) => {
    mistakes.length = 0
    const compiled = cors.compile({ ...read({}), origins, credentials }, build)
    expect(mistakes).toMatchObject([{ path, expected: expect.stringContaining(said) }])
    expect(decide(compiled, from('https://a.example'))).toMatchObject({ kind: 'refuse' })
    expect(leave(compiled, from('https://a.example')).list).toEqual(['Vary', 'Origin'])
  })
})
