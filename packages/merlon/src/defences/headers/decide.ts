import type { Answer } from '../../contract/answer.ts'
import type { Build, Compiled, Leave, ReadyHeader } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { type Csp, compileCsp, cspOf } from './csp.ts'
import type { Hsts, SecurityHeaders } from './options.ts'
import { formatPermissions } from './permissions.ts'
import { fieldValue, simple, simpleKeys } from './simple.ts'
import { wrongTexts } from './texts.ts'

export function compile(options: SecurityHeaders, build: Build): Compiled {
  if (options.mode === 'off') return {}
  for (const { path, expected } of wrongTexts(options)) build.mistake(path, expected)
  const { csp, cspAlso = [], cspReportOnly } = options
  const enforced = compileCsp(csp === 'off' ? cspAlso : [csp, ...cspAlso])
  const reported = compileCsp(cspReportOnly === 'off' ? [] : [cspReportOnly])
  return {
    headers: [...readyCsp(CSP, enforced), ...readyCsp(REPORT_ONLY, reported), ...readyHeaders(options)],
    strip: options.remove,
    leave: compileLeave([
      ...leaveCsp(CSP, enforced),
      ...leaveCsp(REPORT_ONLY, reported),
      ...(options.hsts === 'off' ? [] : [leaveHsts(options.hsts)]),
      ...(options.noStore === 'off' ? [] : [leaveNoStore(options.noStore)]),
    ]),
  }
}

const CSP = 'Content-Security-Policy'
const REPORT_ONLY = 'Content-Security-Policy-Report-Only'

function suggest(name: string, value: string): ReadyHeader {
  return { name, lower: name.toLowerCase(), value, mode: 'suggest' }
}

function readyHeaders(options: SecurityHeaders): readonly ReadyHeader[] {
  const found: ReadyHeader[] = []
  for (const key of simpleKeys) {
    if (options[key] !== 'off') found.push(suggest(simple[key].name, fieldValue(key, options[key])))
  }
  const { permissionsPolicy, reportingEndpoints, add } = options
  const permissions = permissionsPolicy === 'off' ? '' : formatPermissions(permissionsPolicy)
  if (permissions !== '') found.push(suggest('Permissions-Policy', permissions))
  const endpoints = Object.entries(reportingEndpoints).map(([name, address]) => `${name}="${address}"`)
  if (endpoints.length > 0) found.push(suggest('Reporting-Endpoints', endpoints.join(', ')))
  for (const [name, value] of Object.entries(add)) found.push(suggest(name, value))
  return found
}

function readyCsp(name: string, csp: Csp): readonly ReadyHeader[] {
  return csp.parts === undefined && csp.plain !== '' ? [suggest(name, csp.plain)] : []
}

function leaveCsp(name: string, csp: Csp): readonly Leave[] {
  if (csp.parts === undefined) return []
  const lower = name.toLowerCase()
  return [(facts, answer) => answer.suggest(name, lower, cspOf(csp, facts.nonceUsed))]
}

/** Never over plain HTTP, where anybody on the way could have written it (RFC 6797 §7.2). */
function leaveHsts({ maxAgeSeconds, includeSubDomains, preload }: Hsts): Leave {
  const value = `max-age=${maxAgeSeconds}${includeSubDomains ? '; includeSubDomains' : ''}${preload ? '; preload' : ''}`
  return (facts, answer) => {
    if (facts.secure) answer.suggest('Strict-Transport-Security', 'strict-transport-security', value)
  }
}

/**
 * What is one user's is kept by no cache, theirs or a proxy's, unless the handler says so. `Vary` is left alone: it
 * would have caches keep an answer for each cookie, and what is not stored needs no key.
 */
function leaveNoStore(when: 'authenticated' | 'always'): Leave {
  return (facts, answer) => {
    if (when === 'always' || isPersonal(facts, answer)) answer.suggest('Cache-Control', 'cache-control', 'no-store')
  }
}

/** A cached nonce would be known to whoever reads the page twice (CSP §7.1), a cached cookie be somebody else's. */
function isPersonal(facts: Facts, answer: Answer): boolean {
  return (
    facts.header('authorization') !== undefined ||
    facts.header('cookie') !== undefined ||
    facts.header('x-api-key') !== undefined ||
    facts.header('proxy-authorization') !== undefined ||
    facts.nonceUsed !== undefined ||
    answer.find('set-cookie') >= 0
  )
}

function compileLeave(leaves: readonly Leave[]): Leave | undefined {
  if (leaves.length === 0) return undefined
  return (facts, answer) => {
    for (const leave of leaves) leave(facts, answer)
  }
}
