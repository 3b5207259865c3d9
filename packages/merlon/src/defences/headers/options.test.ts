// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { expandPolicy } from '../../guard/expand/index.ts'
import { definePolicy } from '../../policy/define.ts'
import { formatMistake } from '../../policy/mistake.ts'
import { headers } from './index.ts'
import { mistakes, read } from './testing.fixture.ts'

describe('the section', () => {
  test('is plain JSON with the preset filled in', () => {
    for (const preset of ['api', 'pages']) {
      const canonical = read(preset)
      expect(JSON.parse(JSON.stringify(canonical))).toEqual(canonical)
      expect(canonical).not.toHaveProperty('preset')
    }
    expect(read({})).toEqual(read('api'))
    expect(read({})).toMatchObject({
      mode: 'enforce',
      cspReportOnly: 'off',
      hsts: { maxAgeSeconds: 31_536_000, includeSubDomains: true, preload: false },
      noStore: 'authenticated',
      reportingEndpoints: {},
      add: {},
    })
  })

  test.each([
    ['off', { mode: 'off' }],
    [false, { mode: 'off' }],
    ['pages', { xFrameOptions: 'sameorigin', crossOriginEmbedderPolicy: 'off' }],
    [
      { hsts: 'off', csp: 'off', permissionsPolicy: 'off' },
      { hsts: 'off', csp: 'off', permissionsPolicy: 'off' },
    ],
    [{ hsts: { maxAge: '30d' } }, { hsts: { maxAgeSeconds: 2_592_000, includeSubDomains: true, preload: false } }],
    [{ hsts: { preload: true } }, { hsts: { maxAgeSeconds: 31_536_000, includeSubDomains: true, preload: true } }],
    [{ remove: [] }, { remove: [] }],
    [{ remove: ['Via'] }, { remove: expect.arrayContaining(['server', 'x-powered-by', 'via']) }],
    [{ csp: { 'img-src': ['${CDN}'] } }, { csp: { 'img-src': ['${CDN}'] } }],
  ])('%j becomes %j', (written, part) => {
    expect(read(written)).toMatchObject(part)
  })

  test.each([
    [{ mode: 'observe' }, 'mode: expected one of "enforce", "off"'],
    ['page', 'preset: expected one of "api", "pages"'],
    [{ hsts: { preload: true, maxAge: '364d' } }, 'hsts.preload: expected false, or a maxAge of at least "365d"'],
    [{ hsts: { preload: true, includeSubDomains: false } }, 'hsts.preload: expected false'],
    [{ xFrameOptions: 'ALLOWALL' }, 'xFrameOptions: expected one of "deny", "sameorigin", "off"'],
    [{ referrerPolicy: '' }, 'referrerPolicy: expected one of "no-referrer"'],
    [{ permissionsPolicy: { camera: ["'self'"] } }, 'permissionsPolicy.camera.0: expected words without quotes'],
    [{ permissionsPolicy: { camera: ['*', 'self'] } }, 'permissionsPolicy.camera.0: expected "*" alone'],
    [{ permissionsPolicy: { camera: ['https://a.example/"), x=("'] } }, 'permissionsPolicy.camera.0: expected one of'],
    [{ permissionsPolicy: { 'Camera=*, x': [] } }, 'expected a feature in lower case'],
    [{ reportingEndpoints: { Default: 'https://a.example' } }, 'expected a name in lower case'],
    [{ reportingEndpoints: { default: 'http://a.example' } }, 'reportingEndpoints.default: expected an address'],
    [
      { reportingEndpoints: { default: 'https://a.example/", x="' } },
      'reportingEndpoints.default: expected an address',
    ],
    [{ add: { 'X Y': 'a' } }, 'add.X Y: expected the name of a header'],
    [{ add: { 'X-A': 'a\r\nSet-Cookie: b=c' } }, 'add.X-A: expected the value of a header'],
    [{ add: { 'X-A': ' a' } }, 'add.X-A: expected the value of a header'],
    [{ add: { 'X-A': '' } }, 'add.X-A: expected the value of a header'],
    [{ add: { 'X-A': 'ä' } }, 'add.X-A: expected the value of a header'],
    [{ add: { 'X-A': 'a', 'x-a': 'b' } }, 'add.x-a: expected each header once'],
    [{ add: { 'Set-Cookie': 'a=b' } }, 'a header whose value is the same on every answer'],
    [{ add: { Vary: '*' } }, 'a header whose value is the same on every answer'],
    [{ add: { 'Transfer-Encoding': 'chunked' } }, "the host's own"],
    [{ add: { 'Content-Length': '0' } }, "the host's own"],
    [{ add: { Connection: 'close' } }, "the host's own"],
    [{ add: { Server: 'x' } }, "the host's own"],
    [{ add: { 'X-Frame-Options': 'DENY' } }, 'this one is written in headers.xFrameOptions'],
    [{ add: { 'content-security-policy': 'x' } }, 'this one is written in headers.csp'],
    [{ add: { 'Access-Control-Allow-Origin': '*' } }, 'this one is written in cors'],
    [{ add: { 'Cache-Control': 'public' } }, 'this one is written in headers.noStore'],
    [{ remove: ['X Y'] }, 'remove.0: expected the name of a header'],
  ])('%j is a mistake that says where and what', (written, said) => {
    expect(JSON.stringify(mistakes(written)).replaceAll('\\"', '"')).toContain(said)
  })

  test('has a JSON Schema that knows its keys', () => {
    const { properties = {} } = z.toJSONSchema(headers.section.schema(), { io: 'input' })
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(['csp', 'hsts', 'referrerPolicy', 'add', 'preset']))
    expect(JSON.stringify(properties['csp'])).toContain('frame-ancestors')
  })
})

describe('in a policy', () => {
  function told(written: unknown): string {
    const { mistakes } = expandPolicy(definePolicy({ headers: written }), {
      environment: 'production',
      defences: [headers as never],
    })
    return mistakes.map((each) => formatMistake({ ...each, file: undefined, line: undefined })).join('\n')
  }

  test.each([
    [{ csp: { scriptSrc: ["'self'"] } }, 'headers.csp.scriptSrc', 'did you mean "script-src"?'],
    [{ csp: { 'script-src': ['self'] } }, 'headers.csp.script-src[0]', `write "'self'", got "self"`],
    [{ csp: { 'script-src': "'self'" } }, 'headers.csp.script-src', 'expected a list of values'],
    [{ csp: true }, 'headers.csp', 'expected "off", or an object of directives, got true'],
    [{ hsts: { includeSubdomains: true } }, 'headers.hsts.includeSubdomains', 'did you mean "includeSubDomains"?'],
    [{ hsts: { maxAge: 15_552_000 } }, 'headers.hsts.maxAge', 'expected a duration with its unit'],
    [{ contentSecurityPolicy: false }, 'headers.contentSecurityPolicy', 'did you mean "csp"?'],
    [{ 'X-Frame-Options': 'DENY' }, 'headers.X-Frame-Options', 'did you mean "xFrameOptions"?'],
    [{ xFrameOptions: 'DENY' }, 'headers.xFrameOptions', 'did you mean "deny"?'],
  ])('%j is told where it stands', (written, path, said) => {
    expect(told(written)).toContain(path)
    expect(told(written)).toContain(said)
  })
})
