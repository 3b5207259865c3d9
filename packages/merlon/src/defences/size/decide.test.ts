import { describe, expect, test } from 'vitest'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { canonical, json, steps } from './size.fixture.ts'

const headers = (...list: (readonly [string, string])[]) => ({ headers: list })

describe('what the head of a request says', () => {
  const { declared, receive } = steps('1kb')
  const code = (request: ConstructorParameters<typeof FakeFacts>[0]) => {
    const verdict = declared(new FakeFacts({ method: 'POST', ...request }))
    return verdict?.kind === 'refuse' ? verdict.code : undefined
  }

  test('a length that is too large is refused before a byte is read, and the connection closed', () => {
    const facts = new FakeFacts({ method: 'POST', ...headers(['Content-Length', '1025']), body: ['never read'] })
    expect(declared(facts)).toMatchObject({
      code: 'body-too-large',
      close: true,
      detail: 'At most 1024 bytes are taken here.',
    })
    expect(code(headers(['Content-Length', '1024']))).toBe(undefined)
    expect(code(headers(['Content-Length', '999999999999999']))).toBe('body-too-large')
  })

  test('a length that is no one number is refused', () => {
    for (const length of ['-1', '1e3', '0x10', '1 2', '+5', '1.0', '', '9'.repeat(400), '١']) {
      expect(code(headers(['Content-Length', length]))).toBe('request-ambiguous')
    }
    expect(code(headers(['Content-Length', '5'], ['Content-Length', '5']))).toBe('request-ambiguous')
  })

  test('a meter is there wherever a body can come, with GET too', () => {
    const metered = (method: string, ...list: (readonly [string, string])[]) => {
      const facts = new FakeFacts({ method, headers: list })
      expect(declared(facts)).toBe(undefined)
      return facts.meter !== undefined
    }
    expect(metered('POST')).toBe(true)
    expect(metered('POST', ['Content-Length', '5'])).toBe(true)
    expect(metered('GET', ['Content-Length', '5'])).toBe(true)
    expect(metered('GET', ['Transfer-Encoding', 'chunked'])).toBe(true)
    expect(metered('DELETE', ['Transfer-Encoding', 'chunked'])).toBe(true)
    expect(metered('GET')).toBe(false)
    expect(metered('HEAD')).toBe(false)
    expect(metered('POST', ['Content-Length', '0'])).toBe(false)
  })

  test('one known content coding is taken; others are refused with those that are', () => {
    const coding = (value: string) => {
      const facts = new FakeFacts({ method: 'POST', headers: [['Content-Encoding', value]] })
      const verdict = declared(facts)
      return verdict?.kind === 'refuse' ? verdict : (facts.meter?.encoding ?? 'none')
    }
    expect(coding('gzip')).toBe('gzip')
    expect(coding('X-GZIP')).toBe('gzip')
    expect(coding('br')).toBe('br')
    expect(coding('identity')).toBe('none')
    expect(coding('')).toBe('none')
    for (const value of ['zstd', 'gzip, gzip', 'gzip,', 'compress', 'gzip;q=1', 'identity, gzip', 'gzip\u00a0']) {
      expect(coding(value)).toMatchObject({
        code: 'unsupported-encoding',
        headers: ['Accept-Encoding', 'gzip, deflate, br, identity'],
        close: true,
      })
    }
  })

  test('a policy may take no coding at all', () => {
    const facts = new FakeFacts({ method: 'POST', headers: [['Content-Encoding', 'gzip']] })
    expect(steps({ encodings: [] }).declared(facts)).toMatchObject({ headers: ['Accept-Encoding', 'identity'] })
  })

  test('JSON and forms in another charset than UTF-8 are refused: parsers would read other texts', () => {
    const type = (value: string) => code(headers(['Content-Type', value]))
    expect(type('application/json; charset=utf-8')).toBe(undefined)
    expect(type('application/json;charset="UTF-8"')).toBe(undefined)
    expect(type('text/plain; charset=iso-8859-1')).toBe(undefined)
    expect(type('application/json; charset=utf-16')).toBe('unsupported-encoding')
    expect(type('application/problem+json; charset=utf-7')).toBe('unsupported-encoding')
    expect(type('Application/JSON; x=y; Charset="utf\\-16"')).toBe('unsupported-encoding')
    expect(type('application/x-www-form-urlencoded; charset=iso-8859-1')).toBe('unsupported-encoding')
  })

  test('a Content-Type that readers could take differently is refused', () => {
    const type = (value: string) => code(headers(['Content-Type', value]))
    for (const value of [
      'application/json, text/plain',
      'application/json; charset=utf-8; charset=utf-16',
      'application/json; charset',
      'application/json; charset = utf-16',
      'application/json; x="a;charset=utf-16',
      'application /json',
      'json',
    ]) {
      expect([value, type(value)]).toEqual([value, 'unsupported-media-type'])
    }
    expect(code(headers(['Content-Type', 'application/json'], ['Content-Type', 'text/plain']))).toBe(
      'unsupported-media-type',
    )
    expect(type('application/json;')).toBe(undefined)
    expect(type('multipart/form-data; boundary=----=_Part/1')).toBe(undefined)
  })

  test('a target that is too long is refused, whatever the method', () => {
    expect(declared(new FakeFacts({ target: `/?${'a'.repeat(8190)}` }))).toBe(undefined)
    expect(declared(new FakeFacts({ target: `/?${'a'.repeat(8191)}` }))).toMatchObject({ code: 'uri-too-long' })
  })

  test('nothing is laid down where nothing comes', () => {
    expect(receive({ method: 'GET' }).facts.meter).toBe(undefined)
  })
})

describe('a body on its way', () => {
  test('is counted with and without a length', () => {
    const { receive } = steps('10b')
    expect(receive({ body: ['12345', '67890'] }).refusal).toBe(undefined)
    expect(receive({ body: ['12345', '67890', 'x'] }).refusal).toMatchObject({ code: 'body-too-large', close: true })
    // A length that lies is the framing's business; the count holds even so.
    expect(receive({ ...headers(['Content-Length', '5']), body: ['12345', '678901'] }).refusal?.code).toBe(
      'body-too-large',
    )
  })

  test('is counted on both sides of its compression', () => {
    const { declared } = steps('1kb')
    const meterOf = () => {
      const facts = new FakeFacts({
        method: 'POST',
        headers: [
          ['Content-Encoding', 'gzip'],
          ['Content-Type', 'application/json'],
        ],
      })
      declared(facts)
      return facts.meter ?? expect.fail('there is no meter')
    }
    const bomb = meterOf()
    expect(bomb.wire(new Uint8Array(20))).toBe(undefined)
    expect(bomb.decoded(new TextEncoder().encode(`"${'a'.repeat(1000)}`))).toBe(undefined)
    expect(bomb.decoded(new Uint8Array(24).fill(97))).toMatchObject({ code: 'body-too-large' })
    const padded = meterOf()
    expect(padded.wire(new Uint8Array(1024))).toBe(undefined)
    expect(padded.wire(new Uint8Array(1))).toMatchObject({ code: 'body-too-large' })
    const keys = meterOf()
    expect(keys.wire(new TextEncoder().encode('{"a":1,"a":2}'))).toBe(undefined)
    expect(keys.decoded(new TextEncoder().encode('{"a":1,"a":2}'))).toMatchObject({ code: 'body-ambiguous' })
  })

  test('is refused for good', () => {
    const facts = new FakeFacts({ method: 'POST' })
    steps('1b').declared(facts)
    expect(facts.meter?.wire(new Uint8Array(2))?.code).toBe('body-too-large')
    expect(facts.meter?.wire(new Uint8Array(0))?.code).toBe('body-too-large')
    expect(facts.meter?.end()?.code).toBe('body-too-large')
  })

  test('of JSON is refused for its structure, each in its own words', () => {
    const { receive } = steps({ depth: 2, keys: 3 })
    const refusal = (text: string) => receive(json(text)).refusal
    expect(refusal('{"a":{"b":1},"c":[1]}')).toBe(undefined)
    expect(refusal('[[[1]]]')).toMatchObject({ code: 'body-too-complex', detail: 'At most 2 levels are taken here.' })
    expect(refusal('{"a":1,"b":2,"c":3,"d":4}')).toMatchObject({
      code: 'body-too-complex',
      detail: 'At most 3 keys or fields are taken here.',
    })
    expect(refusal('{"a":1,"\\u0061":2}')?.code).toBe('body-ambiguous')
    expect(refusal('{"__proto__":{"admin":true}}')?.code).toBe('body-ambiguous')
    expect(refusal('{"constructor":{"prototype":{}}}')?.code).toBe('body-ambiguous')
    expect(refusal('{"a":NaN}')).toMatchObject({ code: 'body-malformed', close: true })
    expect(refusal('{"a":')).toMatchObject({ code: 'body-malformed', close: false })
  })

  test('of JSON is read by its structure under any type, since handlers read it under any type', () => {
    const { receive } = steps()
    for (const type of [
      'text/plain',
      'application/octet-stream',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      undefined,
    ]) {
      const list = type === undefined ? [] : [['Content-Type', type] as const]
      expect(receive({ headers: list, body: '{"a":1,"a":2}' }).refusal?.code).toBe('body-ambiguous')
      // A decoder that replaces what is not UTF-8 gets to the second key as well.
      const bytes = Uint8Array.of(
        ...new TextEncoder().encode('{"x":"'),
        0xff,
        ...new TextEncoder().encode('","__proto__":{}}'),
      )
      expect(receive({ headers: list, body: bytes }).refusal?.code).toBe('body-ambiguous')
    }
  })

  test('of another type that is no JSON passes as it is', () => {
    const { receive } = steps()
    const other = (body: string) => receive({ headers: [['Content-Type', 'text/plain']], body }).refusal
    expect(other('{"a" "a"} {{{{')).toBe(undefined)
    expect(other('["a", b]'.repeat(100))).toBe(undefined)
    expect(other('{ "a": 1, // {"a":1,"a":1}')).toBe(undefined)
    expect(receive({ body: new Uint8Array(5000).fill(0xff) }).refusal).toBe(undefined)
  })

  test('of a form is refused for its fields', () => {
    const { receive } = steps({ keys: 3 })
    const form = (body: string) =>
      receive({ headers: [['Content-Type', 'application/x-www-form-urlencoded']], body }).refusal
    expect(form('a=1&a=2&b=3')).toBe(undefined)
    expect(form('a=1&a=2&b=3&c=4')?.code).toBe('body-too-complex')
    expect(form('a[__proto__][x]=1')?.code).toBe('body-ambiguous')
    expect(form('x=1&__proto__')).toMatchObject({ code: 'body-ambiguous', close: false })
  })

  test('may have what the policy allows', () => {
    const { receive } = steps({ duplicateKeys: 'allow', prototypeKeys: 'allow' })
    expect(receive(json('{"a":1,"a":2,"__proto__":1}')).refusal).toBe(undefined)
  })

  test('of no bytes is fine under any type', () => {
    const { receive } = steps()
    expect(receive(json('')).refusal).toBe(undefined)
  })

  test('is laid down for the steps behind', () => {
    expect(steps().receive(json({ email: 'a@example.com' })).facts.body?.value).toEqual({ email: 'a@example.com' })
  })

  test('is laid down where reading takes its time', async () => {
    const facts = new FakeFacts({ method: 'POST', ...json({ a: 1 }) })
    const now = facts.readBody.bind(facts)
    facts.readBody = () => Promise.resolve(now())
    const { 'size.body': body } =
      (await import('./index.ts')).size.compile(canonical(), { platform: { encodings: [] } } as never).steps ?? {}
    expect(await body?.(facts)).toBe(undefined)
    expect(facts.body?.value).toEqual({ a: 1 })
  })
})

describe('size in observe', () => {
  test('reports and lets pass, up to the ceiling', () => {
    const { receive, observed } = steps({ mode: 'observe', body: '10b', ceiling: '20b' })
    expect(receive({ body: ['0123456789', 'x'] }).refusal).toBe(undefined)
    expect(observed.map(({ code }) => code)).toEqual(['body-too-large'])
    const past = receive({ body: ['0123456789', '0123456789', 'x'] }).refusal
    expect(past).toMatchObject({ code: 'body-too-large', detail: 'At most 20 bytes are taken here.' })
    expect(receive(headers(['Content-Length', '21'])).refusal?.code).toBe('body-too-large')
  })

  test('reports a body once, and what it is made of', () => {
    const { receive, observed } = steps('observe')
    expect(receive(json('{"a":1,"a":2,"__proto__":1}')).refusal).toBe(undefined)
    expect(observed.map(({ code }) => code)).toEqual(['body-ambiguous'])
  })

  test('lets a coding pass that it cannot undo, and does not take its bytes for JSON', () => {
    const { receive, observed } = steps('observe')
    const request = {
      headers: [
        ['Content-Encoding', 'zstd'],
        ['Content-Type', 'text/plain'],
      ] as const,
      body: '{"a":1,"a":2}',
    }
    expect(receive(request).refusal).toBe(undefined)
    expect(observed.map(({ code }) => code)).toEqual(['unsupported-encoding'])
  })

  test('reports a long target and lets it pass', () => {
    const { declared, observed } = steps('observe')
    expect(declared(new FakeFacts({ target: `/${'a'.repeat(9000)}` }))).toBe(undefined)
    expect(observed.map(({ code }) => code)).toEqual(['uri-too-long'])
  })
})

describe('size turned off', () => {
  test('asks nothing of a request that the guard does not read', () => {
    const { declared } = steps('off')
    const facts = new FakeFacts({
      method: 'POST',
      ...headers(['Content-Length', '999999999'], ['Content-Encoding', 'x']),
    })
    expect(declared(facts)).toBe(undefined)
    expect(facts.meter).toBe(undefined)
  })

  test('bounds what the guard itself has to hold', () => {
    const { receive } = steps({ mode: 'off', ceiling: '20b', body: '5b' })
    expect(receive(json('{"a":1,"a":2}')).refusal).toBe(undefined)
    expect(receive({ body: 'x'.repeat(21) }).refusal?.code).toBe('body-too-large')
  })
})
