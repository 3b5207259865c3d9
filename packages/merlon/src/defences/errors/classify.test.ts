import { runInNewContext } from 'node:vm'
import createError from 'http-errors'
import { describe, expect, test } from 'vitest'
import { PROBLEM, problem } from '../../contract/problem.ts'
import { refuse } from '../../contract/verdict.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { classify } from './classify.ts'
import { compile } from './errors.fixture.ts'

const SECRETS = ['hunter2', '/srv/app/db.js', 'SELECT', 'db.internal', 'at Object.']
const inside = 'hunter2 at /srv/app/db.js: SELECT * FROM users on db.internal:5432\n    at Object.<anonymous>'

function error(more: object = {}, Base: new (message: string) => Error = Error): Error {
  return Object.assign(new Base(inside), more)
}

/** A status and a code, after a look for what must not be in the answer. */
function told(thrown: unknown): string {
  const refusal = classify(thrown)
  for (const written of ['problem', 'error']) {
    const { body, headers, status } = compile(written).render(new FakeFacts(), refusal, 'r-1', thrown)
    const all = `${body}\n${headers.join('\n')}`
    for (const secret of SECRETS) expect(all).not.toContain(secret)
    JSON.parse(body)
    expect(refusal.status ?? status).toBe(status)
    if (written === 'error') continue
    return `${status} ${refusal.code}`
  }
  return ''
}

class Sub extends Error {
  get status(): number {
    throw new Error(inside)
  }
}

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const throwing = new Proxy(
  {},
  {
    get() {
      throw error()
    },
    getPrototypeOf() {
      throw error()
    },
  },
)

const bare = Object.assign(Object.create(null), { message: inside })

describe('what was thrown', () => {
  test.each<[name: string, thrown: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', inside],
    ['a number', 404],
    ['a bigint', 404n],
    ['a symbol', Symbol(inside)],
    ['a boolean', false],
    ['a function', () => inside],
    ['an array', [inside]],
    ['an object without a prototype', bare],
    ['an error', error()],
    ['a frozen error', Object.freeze(error())],
    ['a TypeError', error({}, TypeError)],
    ['a SyntaxError without a status', error({}, SyntaxError)],
    ['an AggregateError', new AggregateError([error()], inside)],
    ['an error with a cause', new Error(inside, { cause: error({ status: 404 }) })],
    ['an error whose status throws', new Sub(inside)],
    ['a revoked proxy', revoked()],
    ['a proxy that throws', throwing],
    ['a promise', Promise.resolve(error({ status: 404 })).then(() => inside)],
    ['a status that is text', error({ status: '404' })],
    ['a status that is no error', error({ status: 200 })],
    ['a status that is no number', error({ status: Number.NaN })],
    ['a status that is broken', error({ status: 404.5 })],
    ['a status out of range', error({ status: 499_999 })],
    ['http-errors 500', createError(500, inside)],
    ['http-errors 503, exposed', createError(503, inside, { expose: true })],
    ['an error that marks itself exposed', error({ expose: true })],
    ['a database error', error({ code: '23505', detail: inside, table: 'users', query: inside })],
    [
      'an error of axios',
      error({ isAxiosError: true, status: 404, response: { status: 404, data: inside }, config: {} }),
    ],
    ['an error of Octokit', error({ status: 401, request: { url: inside }, response: { status: 401 } })],
    ['an error of an AWS client', error({ $fault: 'client', statusCode: 403, $metadata: { httpStatusCode: 403 } })],
    ['an error of Elasticsearch', error({ statusCode: 404, meta: { body: inside } })],
    ['an answer to a fetch', new Response(inside, { status: 404 })],
    ['an error with an inherited brand that is no problem', error({ [PROBLEM]: 'hunter2' })],
  ])('%s is a bare 500', (_, thrown) => {
    expect(told(thrown)).toBe('500 internal')
    expect(classify(thrown)).toEqual(refuse('internal'))
  })

  test.each<[name: string, thrown: unknown, said: string]>([
    ['http-errors 404', createError(404, inside), '404 not-found'],
    ['http-errors 404, exposed', createError(404, inside, { expose: true, path: inside }), '404 not-found'],
    ['http-errors 418', createError(418, inside), '418 client-error'],
    ['http-errors 422', createError(422, inside), '422 unprocessable'],
    ['http-errors 451', createError(451, inside), '451 client-error'],
    ['an error with a status', error({ status: 403 }), '403 forbidden'],
    ['an error with a statusCode', error({ statusCode: 409 }), '409 conflict'],
    ['an error whose status is beside the point', error({ status: 'failed', statusCode: 409 }), '409 conflict'],
    ['a frozen one', Object.freeze(error({ status: 401 })), '401 unauthenticated'],
    ['a plain object', { status: 400, message: inside }, '400 bad-request'],
    [
      'an error of another realm',
      runInNewContext('Object.assign(new Error(m), { status: 404 })', { m: inside }),
      '404 not-found',
    ],
    ['a parameter that Express cannot decode', error({ status: 400, statusCode: 400 }, URIError), '400 bad-request'],
    ['a bare URIError', error({}, URIError), '400 bad-request'],
    [
      'send, of a file that is not there',
      error({ code: 'ENOENT', errno: -2, syscall: 'stat', path: inside, status: 404 }),
      '404 not-found',
    ],
    [
      'body-parser, of JSON',
      error({ status: 400, type: 'entity.parse.failed', body: inside, expose: true }, SyntaxError),
      '400 body-malformed',
    ],
    [
      'body-parser, of size',
      error({ status: 413, type: 'entity.too.large', limit: 1, length: 2, expected: 2 }),
      '413 body-too-large',
    ],
    [
      'body-parser, of a charset',
      error({ status: 415, type: 'charset.unsupported', charset: inside }),
      '415 unsupported-encoding',
    ],
    [
      'body-parser, of a coding',
      error({ status: 415, type: 'encoding.unsupported', encoding: inside }),
      '415 unsupported-encoding',
    ],
    ['body-parser, of fields', error({ status: 413, type: 'parameters.too.many' }), '413 body-too-complex'],
    [
      'body-parser, of depth',
      error({ status: 400, type: 'querystring.parse.rangeError' }, RangeError),
      '400 body-too-complex',
    ],
    ['raw-body, of length', error({ status: 400, type: 'request.size.invalid' }), '400 body-malformed'],
    [
      'raw-body, of a client that left',
      error({ status: 400, type: 'request.aborted', code: 'ECONNABORTED' }),
      '400 bad-request',
    ],
    ['a type that is a member of every object', error({ status: 400, type: 'toString' }), '400 bad-request'],
    ['Fastify, of size', error({ statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' }), '413 body-too-large'],
    [
      'Fastify, of validation',
      error({ statusCode: 400, validation: [{ message: inside }], validationContext: 'body' }),
      '400 bad-request',
    ],
    ['Hono', error({ status: 401, res: undefined }), '401 unauthenticated'],
    ['Nest', error({ status: 404, response: { message: inside }, options: {}, getStatus: () => 404 }), '404 not-found'],
    ['multer, of size', error({ name: 'MulterError', code: 'LIMIT_FILE_SIZE', field: inside }), '413 body-too-large'],
    ['multer, of files', error({ name: 'MulterError', code: 'LIMIT_FILE_COUNT' }), '400 body-too-complex'],
    [
      'multer, of a field',
      error({ name: 'MulterError', code: 'LIMIT_UNEXPECTED_FILE', field: inside }),
      '400 bad-request',
    ],
    ['multer, of what it may say later', error({ name: 'MulterError', code: 'constructor' }), '500 internal'],
  ])('by %s keeps its status and loses its inside', (_, thrown, said) => {
    expect(told(thrown)).toBe(said)
  })

  test('keeps the headers that its status means something by, and no others', () => {
    const headers = {
      Allow: 'GET',
      'retry-after': 30,
      'X-Debug': 'hunter2',
      'Content-Type': 'text/html',
      'Set-Cookie': 'a=1',
    }
    expect(classify(createError(405, inside, { headers })).headers).toEqual(['Allow', 'GET', 'retry-after', '30'])
    const evil = { Allow: 'GET\r\nX-Evil: 1', 'WWW-Authenticate': 'Basic\nrealm', 'Content-Range': 'x'.repeat(2000) }
    expect(classify(createError(405, inside, { headers: evil })).headers).toBe(undefined)
    expect(classify(createError(404, inside, { headers: null })).headers).toBe(undefined)
  })
})

describe('a problem that was thrown on purpose', () => {
  test('says what it says', () => {
    const thrown = problem(409, {
      detail: 'The name is taken.',
      type: 'https://example.com/taken',
      title: 'Taken',
      members: { field: 'name' },
      headers: { 'Retry-After': '30' },
      cause: error(),
    })
    expect(classify(thrown)).toEqual(
      refuse('conflict', {
        detail: 'The name is taken.',
        type: 'https://example.com/taken',
        title: 'Taken',
        members: { field: 'name' },
        headers: ['Retry-After', '30'],
      }),
    )
    expect(told(thrown)).toBe('409 conflict')
  })

  test('keeps its stack to itself', () => {
    expect(told(problem(500, { cause: error() }))).toBe('500 internal')
    expect(told(problem(507, { cause: error() }))).toBe('507 internal')
    expect(told(problem('unavailable'))).toBe('503 unavailable')
  })

  test('is known when it is thrown by another copy of the package', () => {
    const brand = Symbol.for('merlon.problem')
    const copy = runInNewContext(
      'Object.assign(new Error(m), { [brand]: { code: "gone", status: 410, detail: "Gone." } })',
      {
        m: inside,
        brand,
      },
    )
    expect(classify(copy)).toMatchObject({ code: 'gone', detail: 'Gone.' })
  })

  test('of a later version is told as far as this one understands it', () => {
    const held = (value: object) => told(Object.assign(error(), { [PROBLEM]: value }))
    expect(held({ code: 'teapot', status: 418, detail: 1, members: 'hunter2', headers: 'hunter2' })).toBe(
      '418 client-error',
    )
    expect(held({ code: 'not-found', status: 'hunter2' })).toBe('404 not-found')
    expect(held({ code: 'toString', status: 200 })).toBe('500 internal')
    expect(held({})).toBe('500 internal')
  })

  test('cannot bring a header that ends early, frames the answer or lets it be stored', () => {
    const headers = {
      'X-Ok': 'yes',
      'X-Split': 'a\r\nSet-Cookie: x=1',
      'X Space': 'a',
      'X-Wide': '漢',
      'Content-Length': '0',
      'transfer-encoding': 'chunked',
      'Content-Type': 'text/html',
      'Cache-Control': 'public',
      'X-Long': 'x'.repeat(2000),
    }
    expect(classify(problem(404, { headers })).headers).toEqual(['X-Ok', 'yes'])
    const odd = Object.assign(error(), { [PROBLEM]: { code: 'gone', headers: ['X-Odd', 1, 'X-Half'] } })
    expect(classify(odd).headers).toBe(undefined)
  })

  test('cannot come out of JSON that a client sent', () => {
    const sent = JSON.parse(
      '{"merlon.problem":{"code":"gone","detail":"hunter2"},"Symbol(merlon.problem)":{"detail":"hunter2"}}',
    )
    expect(told(sent)).toBe('500 internal')
    expect(told(Object.assign(error(), sent))).toBe('500 internal')
  })
})
