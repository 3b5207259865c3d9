import type { IncomingMessage, ServerResponse } from 'node:http'
import corsPackage, { type CorsOptions as PackageOptions } from 'cors'
import { describe, expect, test } from 'vitest'
import { Answer } from '../../contract/answer.ts'
import type { Build } from '../../contract/defence.ts'
import type { Verdict } from '../../contract/verdict.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { cors } from './index.ts'

/**
 * Every option that the README of the npm package `cors` documents, beside what stands for it here. `same`: the headers
 * of the answer are the package's; `safer`: they differ, and the case says how; `refused`: there is no counterpart, and
 * the mistake says what to write.
 */

type Headers = Readonly<Record<string, string>>
interface Request {
  readonly method: string
  readonly headers: Headers
}
/** Headers by lower-case name; `:status` is the status of a preflight that is answered, or 0 where it is passed on. */
type Seen = Record<string, string | number>

function throughPackage(options: PackageOptions | undefined, { method, headers }: Request): Seen {
  const seen: Seen = { ':status': 0 }
  const req = { method, headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v])) }
  const res = {
    statusCode: 0,
    setHeader: (name: string, value: string | readonly string[]) => {
      seen[name.toLowerCase()] = String(value)
    },
    getHeader: (name: string) => seen[name.toLowerCase()],
    end: () => {
      seen[':status'] = res.statusCode
    },
  }
  corsPackage(options)(req as IncomingMessage, res as unknown as ServerResponse, () => {})
  return seen
}

const build = { mistake: () => {} } as unknown as Build

function throughMerlon(written: unknown, { method, headers }: Request): Seen {
  const compiled = cors.compile(cors.section.schema().parse(cors.section.desugar(written, 'policy')), build)
  const facts = new FakeFacts({ method, headers: Object.entries(headers) })
  const verdict = compiled.steps?.['cors.preflight']?.(facts) as Verdict
  const status = verdict?.kind === 'answer' ? verdict.status : verdict?.kind === 'refuse' ? 403 : 0
  const answer = new Answer(200, [])
  compiled.leave?.(facts, answer)
  const seen: Seen = { ':status': status }
  for (let at = 0; at < answer.list.length; at += 2) {
    seen[(answer.list[at] as string).toLowerCase()] = answer.list[at + 1] as string
  }
  return seen
}

function mistake(written: unknown): string {
  const { error } = cors.section.schema().safeParse(cors.section.desugar(written, 'policy'))
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n') ?? 'accepted'
}

const app = 'https://app.example.com'
const get: Request = { method: 'GET', headers: { Origin: app } }
const preflight: Request = { method: 'OPTIONS', headers: { Origin: app, 'Access-Control-Request-Method': 'PUT' } }
const evil = (request: Request): Request => ({
  ...request,
  headers: { ...request.headers, Origin: 'https://evil.com' },
})

/** Lists are compared as lists: the package writes them without a space. */
function value(seen: Seen, name: string): string[] | number | undefined {
  const found = seen[name]
  return typeof found === 'string' ? found.split(/,\s*/) : found
}

function expectSame(written: unknown, options: PackageOptions, request: Request, names: readonly string[]): void {
  const theirs = throughPackage(options, request)
  const ours = throughMerlon(written, request)
  for (const name of names) expect([name, value(ours, name)]).toEqual([name, value(theirs, name)])
}

const ORIGIN = ['access-control-allow-origin', 'access-control-allow-credentials', 'vary']

describe('origin', () => {
  test('a string: the same for its page; safer for others, who are not told which page it is', () => {
    expectSame(app, { origin: app }, get, ORIGIN)
    expect(throughPackage({ origin: app }, evil(get))['access-control-allow-origin']).toBe(app)
    expect(throughMerlon(app, evil(get))).toEqual({ ':status': 403, vary: 'Origin' })
  })

  test('an array: the same for those in it; safer for others, who are refused', () => {
    const origins = [app, 'https://b.example.com']
    for (const origin of origins) {
      expectSame(origins, { origin: origins }, { method: 'GET', headers: { Origin: origin } }, ORIGIN)
    }
    expect(throughPackage({ origin: origins }, evil(get))[':status']).toBe(0)
    expect(throughMerlon(origins, evil(get))[':status']).toBe(403)
  })

  test('a RegExp: the same for an anchored one; refused where it is not', () => {
    const anchored = /^https:\/\/[a-z0-9-]+\.example\.com$/
    // As `definePolicy` keeps it, and as it is written in YAML.
    expectSame([String(anchored)], { origin: anchored }, get, ORIGIN)
    // The README's own example.
    expect(
      throughPackage({ origin: /example\.com$/ }, { method: 'GET', headers: { Origin: 'https://evilexample.com' } }),
    ).toHaveProperty('access-control-allow-origin', 'https://evilexample.com')
    expect(mistake([String(/example\.com$/)])).toContain('origins.0: an expression anchored at both ends')
  })

  test('an array of strings and expressions: the same, anchored', () => {
    const origins = ['https://example1.com', /^https:\/\/[a-z0-9-]+\.example2\.com$/]
    for (const origin of ['https://example1.com', 'https://x.example2.com']) {
      expectSame(origins.map(String), { origin: origins }, { method: 'GET', headers: { Origin: origin } }, ORIGIN)
    }
  })

  test('"*": the same, where it is written', () => {
    expectSame('*', { origin: '*' }, get, ORIGIN)
    expectSame('*', {}, { method: 'GET', headers: {} }, ORIGIN)
  })

  test('left out: safer; the package admits everybody', () => {
    expect(throughPackage(undefined, get)['access-control-allow-origin']).toBe('*')
    expect(throughMerlon({}, get)).toEqual({ ':status': 403, vary: 'Origin' })
  })

  test('true, which reflects whoever asks: refused', () => {
    expect(throughPackage({ origin: true, credentials: true }, evil(get))['access-control-allow-origin']).toBe(
      'https://evil.com',
    )
    expect(mistake({ origins: [true] })).toContain('origins.0: an origin as text')
    expect(mistake({ origins: true })).toContain('origins: a list of origins')
  })

  test('false, which switches the package off: cors: off', () => {
    expect(throughPackage({ origin: false }, preflight)).toEqual({ ':status': 0 })
    expect(throughMerlon('off', preflight)).toEqual({ ':status': 0 })
    expect(throughMerlon(false, preflight)).toEqual({ ':status': 0 })
  })

  test('a function: refused; variables, routes and environments are what differs at run time', () => {
    expect(mistake({ origins: [() => true] })).toContain('what a function decides cannot be checked')
    expect(
      throughMerlon(
        ['https://a.example.com,https://app.example.com'].flatMap((each) => each.split(',')),
        get,
      ),
    ).toMatchObject({
      'access-control-allow-origin': app,
    })
  })
})

describe('methods', () => {
  const name = ['access-control-allow-methods']

  test('left out: the same six', () => {
    expectSame(app, { origin: app }, preflight, name)
  })

  test('an array: the same', () => {
    expectSame({ origins: [app], methods: ['GET', 'PUT'] }, { origin: app, methods: ['GET', 'PUT'] }, preflight, name)
  })

  test('a string with commas: refused; a list is written as a list', () => {
    expect(mistake({ methods: 'GET,PUT' })).toContain('methods: a list of methods')
  })
})

describe('allowedHeaders', () => {
  const name = ['access-control-allow-headers']
  const asks: Request = { ...preflight, headers: { ...preflight.headers, 'Access-Control-Request-Headers': 'x-evil' } }

  test('an array: the same', () => {
    const allowedHeaders = ['Content-Type', 'X-Own']
    expectSame({ origins: [app], allowedHeaders }, { origin: app, allowedHeaders }, asks, name)
  })

  test('left out: safer; the package reflects whatever is asked for', () => {
    expect(throughPackage({ origin: app }, asks)['access-control-allow-headers']).toBe('x-evil')
    expect(throughMerlon(app, asks)['access-control-allow-headers']).toMatch(/^Authorization, Content-Type, /)
    // Nothing depends on what was asked, so nothing varies by it.
    expect(throughMerlon(app, asks)['vary']).not.toContain('Access-Control-Request-Headers')
  })

  test('a string with commas: refused', () => {
    expect(mistake({ allowedHeaders: 'Content-Type,Authorization' })).toContain(
      'allowedHeaders: a list of header names',
    )
  })
})

describe('exposedHeaders', () => {
  test('an array: the same, and what the guard itself sets', () => {
    const exposedHeaders = ['Content-Range', 'X-Content-Range']
    const theirs = value(throughPackage({ origin: app, exposedHeaders }, get), 'access-control-expose-headers')
    const ours = value(throughMerlon({ origins: [app], exposedHeaders }, get), 'access-control-expose-headers')
    expect(ours).toEqual(['RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id', ...(theirs as string[])])
  })

  test('an empty array: the same, nothing', () => {
    const name = ['access-control-expose-headers']
    expectSame({ origins: [app], exposedHeaders: [] }, { origin: app, exposedHeaders: [] }, get, name)
  })

  test('a string with commas: refused', () => {
    expect(mistake({ exposedHeaders: 'Content-Range' })).toContain('exposedHeaders: a list of header names')
  })
})

describe('credentials', () => {
  test('true and false: the same for an admitted page', () => {
    for (const credentials of [true, false]) {
      for (const request of [get, preflight]) {
        expectSame({ origins: [app], credentials }, { origin: app, credentials }, request, ORIGIN.slice(0, 2))
      }
    }
  })

  test('true for everybody: refused; the package sends what browsers reject', () => {
    expect(throughPackage({ credentials: true }, get)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
    })
    expect(mistake({ origins: ['*'], credentials: true })).toContain('exclude each other')
  })
})

describe('maxAge', () => {
  const name = ['access-control-max-age']

  test('with its unit: the same, 0 included', () => {
    expectSame({ origins: [app], maxAge: '10m' }, { origin: app, maxAge: 600 }, preflight, name)
    expectSame({ origins: [app], maxAge: '0s' }, { origin: app, maxAge: 0 }, preflight, name)
  })

  test('left out: a day, where the package leaves browsers their five seconds', () => {
    expect(throughPackage({ origin: app }, preflight)['access-control-max-age']).toBeUndefined()
    expect(throughMerlon(app, preflight)['access-control-max-age']).toBe('86400')
  })

  test('a bare number: refused', () => {
    expect(mistake({ maxAge: 600 })).toContain('maxAge: a duration with its unit')
  })
})

describe('preflightContinue', () => {
  const names = [':status', 'access-control-allow-origin', 'access-control-allow-methods']

  test('true: the same; the application answers, with the headers', () => {
    expectSame({ origins: [app], preflightContinue: true }, { origin: app, preflightContinue: true }, preflight, names)
  })

  test('false: the same; the preflight is answered', () => {
    expectSame(app, { origin: app }, preflight, names)
  })

  test('a foreign preflight: safer; it is refused either way', () => {
    expect(throughPackage({ origin: [app] }, evil(preflight))[':status']).toBe(204)
    expect(throughMerlon(app, evil(preflight))[':status']).toBe(403)
    expect(throughMerlon({ origins: [app], preflightContinue: true }, evil(preflight))[':status']).toBe(403)
  })

  test('an OPTIONS that is no preflight: the application answers; the package never lets it through', () => {
    const plain: Request = { method: 'OPTIONS', headers: {} }
    expect(throughPackage({ origin: app }, plain)[':status']).toBe(204)
    expect(throughMerlon(app, plain)[':status']).toBe(0)
  })
})

describe('optionsSuccessStatus', () => {
  test('200 and 204: the same, as preflightStatus', () => {
    for (const status of [200, 204]) {
      const written = { origins: [app], preflightStatus: status }
      expectSame(written, { origin: app, optionsSuccessStatus: status }, preflight, [':status'])
    }
  })

  test('any other: refused; no browser needs it', () => {
    expect(mistake({ preflightStatus: 299 })).toContain('preflightStatus: 200 or 204')
  })
})

describe('options by request, a function in place of the options', () => {
  test('are what routes of the policy are for: each sets any key of the section', () => {
    expect(cors.section.inRoute).toBe('all')
  })
})
