// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policies hold them
import { describe, expect, test } from 'vitest'
import { canonical, mistakesOf } from './transport.fixture.ts'

describe('what is written under transport', () => {
  test('is filled with what is safe', () => {
    expect(canonical({})).toEqual({
      mode: 'enforce',
      http: 'refuse',
      hosts: [],
      health: ['/health', '/healthz', '/livez', '/readyz'],
    })
  })

  test('has short forms', () => {
    expect(canonical('off').mode).toBe('off')
    expect(canonical(false).mode).toBe('off')
    expect(canonical('observe').mode).toBe('observe')
  })

  test('has hosts as they are compared, each once, and variables as they stand', () => {
    expect(canonical({ hosts: ['API.example', 'api.example', '${Hosts}'] }).hosts).toEqual(['api.example', '${Hosts}'])
  })

  test.each([
    ['https://api.example.com/v1', 'a host without a scheme or path, such as "api.example.com"'],
    ['*', 'hosts by their names; where any host is right, leave "hosts" out'],
    ['bücher.example', 'a host in ASCII, as browsers send it, such as "xn--bcher-kva.example"'],
  ])('says what is meant instead of the host %s', (host, expected) => {
    expect(mistakesOf({ hosts: [host] })).toEqual([`hosts.0: ${expected}`])
  })

  test.each([
    'api.example.com/v1',
    'a.*.example',
    '*.*.example',
    '*example.com',
    'api..example',
    '',
    'api.example:0',
    'a b',
    'api.example:65536',
    'api.example:080',
    'user@api.example',
    '*.[::1]',
    'api.example:',
    '.example',
    'a,b',
  ])('takes no host like %j', (host) => {
    expect(mistakesOf({ hosts: [host] })[0]).toMatch(/^hosts\.0: a host such as/)
  })

  test('does not redirect to whatever host a request names', () => {
    expect(mistakesOf({ http: 'redirect' })[0]).toMatch(/^http: "hosts" beside it/)
    expect(mistakesOf({ http: 'redirect', hosts: ['www.example.com'] })).toEqual([])
    expect(mistakesOf({ http: 'redirect', hosts: ['${HOSTS}'] })).toEqual([])
  })

  test('has paths of health checks to the letter', () => {
    expect(mistakesOf({ health: ['/health/*'] })).toEqual(['health.0: a path to the letter, such as "/health"'])
    expect(mistakesOf({ health: ['health'] })).toEqual(['health.0: a path to the letter, such as "/health"'])
  })
})
