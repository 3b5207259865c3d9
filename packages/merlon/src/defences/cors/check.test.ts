// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import { cors } from './index.ts'

function found(written: unknown, production = true): string[] {
  const options = cors.section.schema().parse(cors.section.desugar(written, 'policy'))
  return cors.check(options, production).map(({ severity, code, path }) => `${severity} ${code} at ${path.join('.')}`)
}

describe('findings', () => {
  test.each([
    [{}, []],
    ['https://app.example.com', []],
    ['https://*.example.com', []],
    ['https://*.internal', []],
    ['${ORIGINS}', []],
    ['off', ['warning cors-off at mode']],
    ['observe', ['note cors-observe at mode']],
    ['*', ['warning cors-any-origin at origins.0']],
    [{ origins: ['*'], privateNetwork: true }, ['critical cors-any-origin at origins.0']],
    [['https://a.example', 'http://app.example.com'], ['warning cors-plain-http at origins.1']],
    [{ origins: ['http://a.example'], credentials: true }, ['critical cors-plain-http at origins.0']],
    [String.raw`/^https?:\/\/app\.example\.com$/`, ['warning cors-plain-http at origins.0']],
    ['http://localhost:*', ['warning cors-localhost at origins.0']],
    ['http://localhost:3000', ['warning cors-localhost at origins.0']],
    [{ origins: ['http://[::1]:*'], credentials: true }, ['critical cors-localhost at origins.0']],
    ['https://*.com', ['critical cors-shared-domain at origins.0']],
    ['https://*.co.uk', ['critical cors-shared-domain at origins.0']],
    ['https://app-*.vercel.app', ['critical cors-shared-domain at origins.0']],
    [String.raw`/^https:\/\/[a-z-]+-team\.vercel\.app$/`, ['critical cors-shared-domain at origins.0']],
    ['https://*.team.vercel.app', []],
    ['https://app.vercel.app', []],
    [{ origins: ['https://*.example.com'], credentials: true }, ['warning cors-pattern-credentials at origins.0']],
  ])('for %j are %j', (written, codes) => {
    expect(found(written)).toEqual(codes)
  })

  test('do not blame development for its own origins', () => {
    expect(found(['http://localhost:*', 'http://192.0.2.1:3000'], false)).toEqual([])
  })

  test('each says what to write', () => {
    const options = cors.section
      .schema()
      .parse({ origins: ['http://a.example', 'https://*.com', 'http://localhost:*'] })
    for (const { message, write } of cors.check(options, true)) {
      expect(message).toMatch(/^[a-z]/)
      expect(write).not.toBe('')
    }
  })
})
