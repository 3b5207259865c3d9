import { describe, expect, test } from 'vitest'
import { transport } from './index.ts'
import { canonical } from './transport.fixture.ts'

const codes = (written: unknown, headers: unknown = { mode: 'enforce', hsts: {} }, production = true) =>
  transport.check(canonical(written), production, 'policy', '*', { headers }).map(({ code }) => code)

const hosts = ['api.example.com']

describe('the check of transport', () => {
  test('has nothing to say of HTTPS at named hosts, and only notes that none is named', () => {
    expect(codes({ hosts })).toEqual([])
    expect(transport.check(canonical({}), true)).toMatchObject([{ code: 'transport-hosts-any', severity: 'note' }])
  })

  test('finds what is turned off, observed and allowed', () => {
    expect(codes('off')).toEqual(['transport-off'])
    expect(codes({ mode: 'observe', hosts })).toEqual(['transport-observe'])
    expect(codes({ http: 'allow', hosts }, { mode: 'off' })).toEqual(['transport-http-allowed'])
    expect(codes({ http: 'allow', hosts }, undefined, false)).toEqual([])
  })

  test('finds HSTS beside plain HTTP that is answered, and a redirect without it', () => {
    expect(codes({ http: 'allow', hosts })).toEqual(['transport-http-allowed', 'transport-hsts-unkept'])
    expect(codes({ http: 'redirect', hosts })).toEqual(['transport-redirect'])
    expect(codes({ http: 'redirect', hosts }, { mode: 'enforce', hsts: 'off' })).toEqual([
      'transport-redirect',
      'transport-hsts-missing',
    ])
    expect(codes({ http: 'redirect', hosts }, { mode: 'off', hsts: {} })).toContain('transport-hsts-missing')
  })

  test('finds a wildcard that takes in what anybody can register', () => {
    expect(codes({ hosts: ['*.com'] })).toEqual(['transport-hosts-wide'])
    expect(codes({ hosts: ['*.example.com', '*.localhost', '*.internal'] })).toEqual([])
  })

  test('gives every finding a line to write', () => {
    for (const written of ['off', 'observe', { http: 'allow' }, { http: 'redirect', hosts: ['*.com'] }]) {
      for (const { write } of transport.check(canonical(written), true)) expect(write.length).toBeGreaterThan(8)
    }
  })
})
