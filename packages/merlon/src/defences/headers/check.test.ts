import { describe, expect, test } from 'vitest'
import { headers } from './index.ts'
import { read } from './testing.fixture.ts'

function found(written: unknown, production = true): string[] {
  return headers
    .check(read(written), production)
    .map(({ severity, code, path }) => `${severity} ${code} at ${path.join('.')}`)
}

describe('findings', () => {
  test.each([
    [{}, []],
    ['pages', []],
    ['off', ['critical headers-off at mode']],
    [{ csp: 'off' }, ['warning headers-csp-off at csp']],
    [
      { csp: { 'script-src': ["'self'", "'unsafe-inline'"] } },
      ['warning headers-csp-unsafe-inline at csp.script-src.1'],
    ],
    [{ csp: { 'script-src': ["'nonce'", "'unsafe-inline'"] } }, []],
    [{ csp: { 'default-src': ["'unsafe-inline'"] } }, ['warning headers-csp-unsafe-inline at csp.default-src.0']],
    [{ csp: { 'script-src-elem': ['data:'] } }, ['warning headers-csp-any-script at csp.script-src-elem.0']],
    [{ csp: { 'script-src': ['*'] } }, ['warning headers-csp-any-script at csp.script-src.0']],
    [{ csp: { 'script-src': ["'nonce'", "'strict-dynamic'", 'https:'] } }, []],
    [{ csp: { 'script-src': ["'unsafe-eval'"] } }, ['warning headers-csp-unsafe-eval at csp.script-src.0']],
    [{ csp: { 'default-src': 'off' } }, ['warning headers-csp-no-scripts at csp.script-src']],
    [{ csp: { 'base-uri': 'off' } }, ['warning headers-csp-base at csp.base-uri']],
    [{ csp: { 'frame-ancestors': 'off' } }, []],
    [{ csp: { 'frame-ancestors': 'off' }, xFrameOptions: 'off' }, ['warning headers-framing at csp.frame-ancestors']],
    [{ csp: { 'frame-ancestors': ['*'] } }, ['warning headers-framing at csp.frame-ancestors']],
    [{ csp: { 'report-to': ['nowhere'] } }, ['warning headers-report-endpoint at csp.report-to']],
    [{ cspReportOnly: {} }, ['note headers-report-nowhere at cspReportOnly']],
    [{ cspReportOnly: {}, reportingEndpoints: { csp: '/reports' } }, []],
    [{ hsts: 'off' }, ['warning headers-hsts-off at hsts']],
    [{ hsts: { maxAge: '30d' } }, ['warning headers-hsts-short at hsts.maxAge']],
    [{ hsts: { includeSubDomains: false } }, ['note headers-hsts-subdomains at hsts.includeSubDomains']],
    [{ hsts: { preload: true } }, ['note headers-hsts-preload at hsts.preload']],
    [{ xContentTypeOptions: 'off' }, ['warning headers-sniffing at xContentTypeOptions']],
    [{ referrerPolicy: 'unsafe-url' }, ['warning headers-referrer at referrerPolicy']],
    [{ crossOriginOpenerPolicy: 'off' }, ['note headers-opener at crossOriginOpenerPolicy']],
    [{ crossOriginResourcePolicy: 'cross-origin' }, ['note headers-embedding at crossOriginResourcePolicy']],
    [{ noStore: 'off' }, ['warning headers-cached at noStore']],
    [{ remove: [] }, ['note headers-revealing at remove']],
    [{ permissionsPolicy: 'off' }, ['note headers-permissions-off at permissionsPolicy']],
    [{ permissionsPolicy: { camera: ['*'] } }, ['note headers-permission-any at permissionsPolicy.camera']],
  ])('for %j are %j', (written, codes) => {
    expect(found(written)).toEqual(codes)
  })

  test('say nothing of HSTS where there is no production', () => {
    expect(found({ hsts: 'off' }, false)).toEqual([])
  })
})
