import type { Finding } from '../../contract/finding.ts'
import { checkCsp } from './check-csp.ts'
import type { Hsts, SecurityHeaders } from './options.ts'

/** What is allowed but weak. */
export function check(options: SecurityHeaders, production: boolean): readonly Finding[] {
  if (options.mode === 'off') {
    return [
      warn(
        'headers-off',
        ['mode'],
        'browsers are told nothing: pages can be framed, sniffed and scripted',
        'mode: enforce',
        'critical',
      ),
    ]
  }
  return [...checkCsp(options), ...checkHsts(options.hsts, production), ...checkSimple(options), ...checkLists(options)]
}

function warn(
  code: string,
  path: Finding['path'],
  message: string,
  write: string,
  severity: Finding['severity'] = 'warning',
): Finding {
  return { code, severity, path, message, write }
}

/** Half a year; below it, audits take HSTS for a trial. */
const SHORT_SECONDS = 180 * 86_400

function checkHsts(hsts: Hsts | 'off', production: boolean): readonly Finding[] {
  if (!production) return []
  if (hsts === 'off') {
    return [
      warn(
        'headers-hsts-off',
        ['hsts'],
        'a browser that is told http:// sends its request in the clear, where anybody on the way can answer it',
        'hsts: { maxAge: 365d }',
      ),
    ]
  }
  const found: Finding[] = []
  if (hsts.maxAgeSeconds < SHORT_SECONDS) {
    const message = 'browsers forget soon that this host is HTTPS only; whoever comes back later is unprotected again'
    found.push(warn('headers-hsts-short', ['hsts', 'maxAge'], message, 'maxAge: 365d'))
  }
  if (!hsts.includeSubDomains) {
    const message = 'a subdomain over plain HTTP can set cookies for this host'
    found.push(
      warn('headers-hsts-subdomains', ['hsts', 'includeSubDomains'], message, 'includeSubDomains: true', 'note'),
    )
  }
  if (hsts.preload) {
    const message =
      'every subdomain, whoever runs it, becomes HTTPS only in browsers for months after this is taken back'
    found.push(warn('headers-hsts-preload', ['hsts', 'preload'], message, 'preload: false', 'note'))
  }
  return found
}

function checkSimple(options: SecurityHeaders): readonly Finding[] {
  const found: Finding[] = []
  if (options.xContentTypeOptions === 'off') {
    const message = 'a browser may take an answer for a script or a page whatever its content type says'
    found.push(warn('headers-sniffing', ['xContentTypeOptions'], message, 'xContentTypeOptions: on'))
  }
  if (['unsafe-url', 'no-referrer-when-downgrade', 'off'].includes(options.referrerPolicy)) {
    const message = 'other sites learn the whole address of a page, with what its query holds'
    found.push(warn('headers-referrer', ['referrerPolicy'], message, 'referrerPolicy: no-referrer'))
  }
  if (['unsafe-none', 'off'].includes(options.crossOriginOpenerPolicy)) {
    const message = 'a site that opens a page keeps a hand on its window'
    found.push(
      warn('headers-opener', ['crossOriginOpenerPolicy'], message, 'crossOriginOpenerPolicy: same-origin', 'note'),
    )
  }
  if (['cross-origin', 'off'].includes(options.crossOriginResourcePolicy)) {
    const message = 'any site may load an answer into its own process as an image or a script'
    const write = 'crossOriginResourcePolicy: same-origin'
    found.push(warn('headers-embedding', ['crossOriginResourcePolicy'], message, write, 'note'))
  }
  return found
}

function checkLists(options: SecurityHeaders): readonly Finding[] {
  const found: Finding[] = []
  if (options.noStore === 'off') {
    const message = 'answers to one user may be kept by caches and shown to the next, where the handler says nothing'
    found.push(warn('headers-cached', ['noStore'], message, 'noStore: authenticated'))
  }
  if (options.remove.length === 0) {
    const message = 'Server and X-Powered-By name the software, and with it the list of its known holes'
    found.push(warn('headers-revealing', ['remove'], message, 'remove: [Via], or no "remove" at all', 'note'))
  }
  if (options.permissionsPolicy === 'off') {
    const message = 'a script that got into a page may ask for camera, location and payment in its name'
    found.push(
      warn('headers-permissions-off', ['permissionsPolicy'], message, 'permissionsPolicy: { camera: [self] }', 'note'),
    )
    return found
  }
  for (const [feature, list] of Object.entries(options.permissionsPolicy)) {
    if (!list.includes('*')) continue
    const message = `every frame in a page may use ${feature}, whatever site it is of`
    found.push(warn('headers-permission-any', ['permissionsPolicy', feature], message, `${feature}: [self]`, 'note'))
  }
  return found
}
