// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { Build } from '../../contract/defence.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { cors } from './index.ts'
import type { Cors } from './options.ts'

const { schema, desugar, fold } = cors.section

function read(written: unknown): Cors {
  return schema().parse(desugar(written, 'policy'))
}

function said(written: unknown): string {
  const { error } = schema().safeParse(desugar(written, 'policy'))
  return error?.issues.map(({ path, message }) => `${path.join('.')}: expected ${message}`).join('\n') ?? 'accepted'
}

describe('the section', () => {
  test('is plain JSON with nothing written', () => {
    const canonical = read({})
    expect(JSON.parse(JSON.stringify(canonical))).toEqual(canonical)
    expect(canonical).toEqual({
      mode: 'enforce',
      origins: [],
      methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE'],
      allowedHeaders: expect.arrayContaining(['Authorization', 'Content-Type']),
      exposedHeaders: ['RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
      credentials: false,
      maxAgeSeconds: 86_400,
      preflightContinue: false,
      preflightStatus: 204,
      privateNetwork: false,
      timing: false,
    })
  })

  test.each([
    ['off', { mode: 'off' }],
    [false, { mode: 'off' }],
    ['observe', { mode: 'observe' }],
    ['https://a.example', { origins: ['https://a.example'] }],
    [['https://a.example', '${MORE}'], { origins: ['https://a.example', '${MORE}'] }],
    [[String.raw`/^https:\/\/a\.example$/`], { origins: [String.raw`/^https:\/\/a\.example$/`] }],
  ])('%j stands for the whole', (written, part) => {
    expect(read(written)).toMatchObject(part)
  })

  test('exposes its own headers besides those named, once each, or none', () => {
    expect(read({ exposedHeaders: ['ETag', 'retry-after'] }).exposedHeaders).toEqual([
      ...['RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id', 'ETag'],
    ])
    expect(read({ exposedHeaders: [] }).exposedHeaders).toEqual([])
  })

  test.each([
    [{ origins: ['https://a.example/'] }, 'origins.0: expected an origin as browsers send it'],
    [{ origins: 'https://a.example' }, 'origins: expected a list of origins'],
    [{ origins: [() => true] }, 'origins.0: expected an origin as text'],
    [{ origins: [true] }, 'origins.0: expected an origin as text'],
    [true, ': expected what pages of other origins may do'],
    ['example.com', 'origins.0: expected an origin with its scheme: write "https://example.com"'],
    [{ methods: ['get'] }, 'methods.0: expected a method in upper case'],
    [{ methods: 'GET,POST' }, 'methods: expected a list of methods'],
    [{ methods: ['TRACE'] }, 'methods.0: expected a method that a page can use'],
    [{ methods: ['GET\r\nX: y'] }, 'methods.0: expected a method'],
    [{ allowedHeaders: ['X Y'] }, 'allowedHeaders.0: expected the name of a header'],
    [{ exposedHeaders: ['X\r\nSet-Cookie: a=b'] }, 'exposedHeaders.0: expected the name of a header'],
    [{ maxAge: 600 }, 'maxAge: expected a duration'],
    [{ maxAge: '2d' }, 'maxAge: expected a duration with its unit'],
    [{ maxAge: '1500ms' }, 'maxAge: expected a duration in whole seconds'],
    [{ preflightStatus: 201 }, 'preflightStatus: expected 200 or 204'],
    [{ credentials: 'yes' }, 'credentials: expected true or false'],
    [{ credentials: true, allowedHeaders: ['*'] }, 'allowedHeaders: expected names where credentials are on'],
    [{ credentials: true, methods: ['*'] }, 'methods: expected names where credentials are on'],
    [{ credentials: true, exposedHeaders: ['*'] }, 'exposedHeaders: expected names where credentials are on'],
  ])('%j is a mistake that says where and what', (written, message) => {
    expect(said(written)).toContain(message)
  })

  test('has a JSON Schema', () => {
    const json = z.toJSONSchema(schema(), { io: 'input' })
    expect(Object.keys(json.properties ?? {})).toContain('maxAge')
    expect(json.properties?.['maxAge']).toMatchObject({ type: 'string', default: '24h' })
  })
})

describe('where a route matches only after folding', () => {
  const quiet = { mistake: () => {} } as unknown as Build

  function admitted(policy: unknown, route: unknown, origin: string): boolean {
    const compiled = cors.compile(fold(read(policy), read(route)), quiet)
    const facts = new FakeFacts({ method: 'POST', headers: [['Origin', origin]] })
    return compiled.steps?.['cors.preflight']?.(facts) === undefined
  }

  test.each([
    [['https://a.example', 'https://b.example'], ['https://b.example', 'https://c.example'], 'https://b.example'],
    ['https://*.example', ['https://b.example', 'https://c.test'], 'https://b.example'],
    [['*'], ['https://b.example'], 'https://b.example'],
    [['https://b.example'], ['*'], 'https://b.example'],
  ])('%j and %j admit together only %s', (policy, route, both) => {
    const all = ['https://a.example', 'https://b.example', 'https://c.example', 'https://c.test']
    expect(all.filter((origin) => admitted(policy, route, origin))).toEqual([both])
  })

  test('it is the stricter of everything', () => {
    const base = read({ origins: ['https://a.example'], credentials: true, maxAge: '1h', privateNetwork: true })
    const route = read({ mode: 'observe', origins: ['https://a.example'], methods: ['GET', 'PURGE'], timing: true })
    expect(fold(base, route)).toEqual({
      ...route,
      mode: 'enforce',
      methods: ['GET'],
      maxAgeSeconds: 3600,
      timing: false,
    })
  })

  test('what is off on one side adds nothing, and takes nothing away', () => {
    const on = read('https://a.example')
    expect(fold(read('off'), on)).toBe(on)
    expect(fold(on, read('off'))).toBe(on)
  })

  test('combining twice keeps every list, and stays plain JSON', () => {
    const lists = ['https://a.example', 'https://b.example', 'https://c.example'].map(read) as [Cors, Cors, Cors]
    const folded = fold(fold(lists[0], lists[1]), lists[2])
    expect(folded.within).toEqual([['https://b.example'], ['https://a.example']])
    expect(JSON.parse(JSON.stringify(folded))).toEqual(folded)
  })
})
