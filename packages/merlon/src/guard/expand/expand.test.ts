// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import * as yaml from 'yaml'
import { definePolicy, holdPolicy } from '../../policy/define.ts'
import { formatMistake } from '../../policy/mistake.ts'
import { parseYaml } from '../../policy/yaml.ts'
import { fakeDefences as defences } from '../../testing/fake-defences.ts'
import { expandPolicy } from './index.ts'

const expand = (written: unknown, environment = 'production') =>
  expandPolicy(definePolicy(written), { environment, defences })

const canonical = (written: unknown, environment?: string) => {
  const { canonical, mistakes } = expand(written, environment)
  expect(mistakes).toEqual([])
  return canonical
}

const read = (text: string) => {
  const document = parseYaml(yaml, text, 'merlon.yaml')
  return expandPolicy(holdPolicy(document.tree, document.origin), { environment: 'production', defences })
}

const told = (text: string) => read(text).mistakes.map(formatMistake)

const nothing = {
  format: 1,
  environment: 'production',
  client: { proxies: ['loopback'] },
  limits: { mode: 'enforce', each: {} },
  size: { mode: 'enforce', json: { depth: 20 }, maxBytes: 102_400 },
  cors: { mode: 'enforce', origins: [], credentials: false, cache: 'off' },
  routes: [],
}

describe('a policy expanded', () => {
  test('nothing written is a whole policy', () => {
    expect(canonical({})).toEqual(nothing)
  })

  test('shorthands stand for objects, units become numbers', () => {
    expect(canonical({ size: '1mb', cors: 'off', limits: { each: { all: '100/15m' } } })).toEqual({
      ...nothing,
      size: { ...nothing.size, maxBytes: 1_048_576 },
      cors: { ...nothing.cors, mode: 'off' },
      limits: { mode: 'enforce', each: { all: { mode: 'enforce', rate: { quota: 100, windowMs: 900_000 } } } },
    })
  })

  test('a route holds the sections that it overrides, each whole, and nothing else', () => {
    const policy = canonical({ size: { json: { depth: 5 } }, routes: { 'POST /uploads': { size: '10mb' } } })
    expect(policy?.routes).toEqual([
      {
        methods: ['POST'],
        pattern: '/uploads',
        size: { mode: 'enforce', json: { depth: 5 }, maxBytes: 10_485_760 },
        folded: { size: { mode: 'enforce', json: { depth: 5 }, maxBytes: 102_400 } },
      },
    ])
  })

  test('folded sections that change nothing are left out', () => {
    expect(canonical({ routes: { '/a': { size: '1kb', cors: ['https://a.example'] } } })?.routes[0]?.folded).toEqual({})
  })

  test('routes come most specific first, wherever they were written', () => {
    const policy = canonical({ routes: { '/*': {}, '/books/:id': {}, 'GET /books/:id': {}, '/books/new': {} } })
    expect(policy?.routes.map(({ methods, pattern }) => `${methods} ${pattern}`)).toEqual([
      '* /books/new',
      'GET /books/:id',
      '* /books/:id',
      '* /*',
    ])
  })
})

describe('environments', () => {
  const written = {
    cors: { origins: ['https://app.example'], credentials: true },
    routes: { '/a': { size: '1kb' } },
    environments: {
      development: {
        cors: { origins: ['http://localhost:3000'] },
        routes: { '/a': { size: { json: { depth: 1 } } }, '/b': {} },
      },
    },
  }

  test('an overlay lies over the base, objects merged and lists replaced', () => {
    const policy = canonical(written, 'development')
    expect(policy?.environment).toBe('development')
    expect(policy?.['cors']).toMatchObject({ origins: ['http://localhost:3000'], credentials: true })
    expect(policy?.routes).toMatchObject([
      { pattern: '/a', size: { json: { depth: 1 }, maxBytes: 1024 } },
      { pattern: '/b' },
    ])
  })

  test('an unknown name is production, and gets nothing of an overlay', () => {
    for (const name of ['production', 'staging', 'dev', '__proto__', '']) {
      expect(canonical(written, name)).toMatchObject({
        environment: 'production',
        cors: { origins: ['https://app.example'] },
        routes: [{ pattern: '/a' }],
      })
    }
  })

  test('an overlay of production lies over the base wherever production is meant', () => {
    const policy = { environments: { production: { size: '1kb' } } }
    expect(canonical(policy, 'nowhere')).toMatchObject({ size: { maxBytes: 1024 } })
    expect(canonical(policy, 'development')).toMatchObject({ size: { maxBytes: 102_400 } })
  })

  test('all overlays are read, whichever holds', () => {
    expect(
      told('environments:\n  staging:\n    size: 5\n  development:\n    routes:\n      /a: {cors: {orgins: []}}\n'),
    ).toEqual([
      'merlon.yaml:3:11  environments.staging.size\n  expected an object, got 5',
      'merlon.yaml:6:19  environments.development.routes["/a"].cors.orgins\n' +
        '  expected one of the keys "mode", "origins", "credentials", "cache", "secret", got "orgins"\n' +
        '  did you mean "origins"?',
    ])
  })

  test('what is wrong with the base is found though the overlay that holds mends it', () => {
    const { mistakes } = expand(
      { cors: { origins: 5 }, environments: { production: { cors: { origins: [] } } } },
      'production',
    )
    expect(mistakes).toMatchObject([{ path: ['cors', 'origins'] }])
  })

  test('a name that is surely a slip is a mistake', () => {
    expect(told('environments:\n  prod: {}\n')).toEqual([
      'merlon.yaml:2:3  environments.prod\n' +
        '  expected the environment\'s name as MERLON_ENV or NODE_ENV gives it, got "prod"\n' +
        '  did you mean "production"?',
    ])
  })
})

describe('mistakes', () => {
  test('all are found at once, in the order of the file, each once', () => {
    const found = told(`
limits:
  each:
    all: 100
cors:
  origin: https://a.example
  cache: 10M
size: 99mb
routes:
  POST /login:
    cors: {credentials: yes}
  get /books: {}
  /a/{id}: {}
helmet: {}
`)
    expect(found).toEqual([
      'merlon.yaml:4:10  limits.each.all\n  expected an object, got 100',
      'merlon.yaml:6:3  cors.origin\n' +
        '  expected one of the keys "mode", "origins", "credentials", "cache", "secret", got "origin"\n' +
        '  did you mean "origins"?',
      'merlon.yaml:7:10  cors.cache\n' +
        '  expected "off" or a duration with its unit, such as "500ms", "30s", "15m", "1h" or "30d", got "10M"',
      'merlon.yaml:8:7  size\n  expected a size with its unit, such as "512b", "100kb" or "10mb", at most "10mb", got "99mb"',
      'merlon.yaml:11:25  routes["POST /login"].cors.credentials\n  expected true or false, got "yes"',
      'merlon.yaml:12:3  routes["get /books"]\n  expected the method in upper case: "GET /books", got "get /books"',
      'merlon.yaml:13:3  routes["/a/{id}"]\n  expected a parameter written ":name": "/a/:id", got "/a/{id}"',
      'merlon.yaml:14:1  helmet\n' +
        '  expected one of the keys "client", "limits", "size", "cors", "$schema", "preset", "environments", "routes", got "helmet"',
    ])
  })

  test.each([
    ['size: 5', 'expected an object, got 5'],
    ['size:', 'expected an object, got nothing'],
    ['size: {body: 100}', 'expected a size with its unit, such as "512b", "100kb" or "10mb", got 100'],
    ['limits: {each: {A: 1/s}}', 'expected a word of small letters as the name, got "A"'],
    ['limits: {each: {a: {}}}', 'expected a rate such as "100/15m" or "5/1s", got nothing'],
    [
      'limits: {mode: enforced}',
      'expected one of "enforce", "observe", "off", got "enforced"\n  did you mean "enforce"?',
    ],
    ['limits: {rate: 1/s}', 'expected one of the keys "mode", "each", got "rate"'],
    [
      'size: {origins: []}',
      'expected one of the keys "mode", "body", "json", got "origins"\n  "origins" stands in "cors"',
    ],
    ['cors: {secret: abc}', 'expected at least 8 characters, got a value that may be a secret and is not shown'],
    ['preset: page', 'expected one of "api", "pages", got "page"\n  did you mean "pages"?'],
    ['preset: {}', 'expected one of "api", "pages", got an object'],
    ['$schema: 1', "expected the schema's address, got 1"],
    ['- a', 'expected an object of sections, got a list'],
    ['routes: []', 'expected an object of routes, such as "POST /auth/login", got an empty list'],
    ['routes: {/a: }', 'expected an object of sections, got nothing'],
    ['routes: {/a: {routes: {}}}', 'expected "routes" at the top of the policy alone'],
    ['environments: {x: {preset: api}}', 'expected "preset" at the top of the policy alone'],
    ['routes: {/a: {client: {}}}', 'expected "client" at the top of the policy: it holds for every route alike'],
    [
      'routes: {/a: {cors: {cache: 1s}}}',
      'expected what a route may set of "cors" (mode, origins, credentials), got "cache"',
    ],
    ['routes: {/a/:x: {}, /a/:y: {}}', 'expected one key for the same requests: "/a/:x" takes them already'],
    ['cors: {origins: ["${A"]}', 'expected a variable written "${NAME}" with nothing more inside'],
    ['"${A}": 1', 'expected a key as it is meant: variables stand in values alone'],
    [
      'size: {body: "${A}"}',
      'expected a size with its unit, such as "512b", "100kb" or "10mb", got "${A}"\n  variables stand for free text alone: write the value, or one in each environment',
    ],
    ['cors: {cache: .inf}', 'expected a number that JSON knows, got Infinity'],
    ['__proto__: {}', 'expected another name than "__proto__"'],
  ])('%s', (text, expected) => {
    expect(told(text).join('\n')).toContain(`  ${expected}`)
  })

  test('in a policy written as code, each points to the call', () => {
    const [mistake] = expand({ size: { body: 100 } }).mistakes
    expect(mistake).toMatchObject({ path: ['size', 'body'], file: expect.stringMatching(/expand\.test\.ts$/) })
    expect(mistake?.line).toBeGreaterThan(1)
  })

  test('no policy comes out where anything is wrong', () => {
    expect(expand({ cors: { a: 1 } }).canonical).toBeUndefined()
    expect(expand({ cors: () => 1 }).canonical).toBeUndefined()
  })
})

describe('a place in the canonical policy', () => {
  const text = 'cors: ["${A}"]\nroutes:\n  /*: {}\n  POST /a:\n    cors:\n      origins: ["${B}"]\n'

  test('leads back to the written one', () => {
    const { mistake } = read(text)
    expect(formatMistake(mistake(['cors', 'origins', 0], 'x'))).toBe('merlon.yaml:1:8  cors[0]\n  expected x')
    expect(formatMistake(mistake(['routes', 0, 'cors', 'origins', 0], 'x'))).toBe(
      'merlon.yaml:6:17  routes["POST /a"].cors.origins[0]\n  expected x',
    )
    expect(formatMistake(mistake(['routes', 0, 'folded', 'cors', 'credentials'], 'x'))).toBe(
      'merlon.yaml:5:5  routes["POST /a"].cors.credentials\n  expected x',
    )
  })
})

test('a preset lies under what is written', () => {
  expect(canonical({ preset: 'api', size: '1kb' })).toMatchObject({ size: { maxBytes: 1024 } })
})
