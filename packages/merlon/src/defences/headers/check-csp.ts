import type { Finding } from '../../contract/finding.ts'
import { type Directive, type Directives, NONCE } from './directives.ts'
import type { SecurityHeaders } from './options.ts'

/** What a content security policy leaves open. */
export function checkCsp(options: SecurityHeaders): readonly Finding[] {
  const { csp } = options
  const found = checkReports(options)
  if (csp === 'off') {
    const message = 'whatever an attacker gets into a page runs there, and the page can be framed'
    return [...found, finding('headers-csp-off', ['csp'], message, 'preset: pages')]
  }
  const scripts = csp['script-src'] ? 'script-src' : 'default-src'
  if (csp[scripts] === undefined) {
    const message = 'scripts may come from anywhere, inline ones included'
    found.push(finding('headers-csp-no-scripts', ['csp', 'script-src'], message, `script-src: ["'self'", "'nonce'"]`))
  }
  for (const name of [scripts, 'script-src-elem'] as const) found.push(...checkScripts(csp, name))
  if (csp['base-uri'] === undefined) {
    const message = 'an injected <base> sends every relative script address to another host'
    found.push(finding('headers-csp-base', ['csp', 'base-uri'], message, `base-uri: ["'none'"]`))
  }
  const framers = csp['frame-ancestors']
  if (framers?.includes('*') || (framers === undefined && options.xFrameOptions === 'off')) {
    const message = 'any site may show a page in a frame and have its user click there unseeing'
    found.push(finding('headers-framing', ['csp', 'frame-ancestors'], message, `frame-ancestors: ["'self'"]`))
  }
  return found
}

function finding(
  code: string,
  path: Finding['path'],
  message: string,
  write: string,
  severity: Finding['severity'] = 'warning',
): Finding {
  return { code, severity, path, message, write }
}

/** Sources from which anybody can serve a script. */
const ANYWHERE = ['*', 'http:', 'https:', 'data:', 'blob:', 'ws:', 'wss:']

function checkScripts(csp: Directives, name: Directive): readonly Finding[] {
  const values = csp[name] ?? []
  // Browsers ignore 'unsafe-inline' beside a nonce or a hash, and hosts beside 'strict-dynamic' (CSP §6.7.3, §8.2).
  const named = values.some((value) => value === NONCE || value.startsWith("'sha"))
  const dynamic = values.includes("'strict-dynamic'")
  return values.flatMap((value, index): Finding | [] => {
    const path = ['csp', name, index]
    if (value === "'unsafe-inline'" && !named) {
      const message = 'a script that an attacker gets into a page runs, which is what the policy is there to prevent'
      return finding('headers-csp-unsafe-inline', path, message, `${name}: ["'self'", "'nonce'"]`)
    }
    if (value === "'unsafe-eval'") {
      const message = 'text can be run as a script, so whoever controls a text controls the page'
      return finding('headers-csp-unsafe-eval', path, message, `without "'unsafe-eval'"`)
    }
    if (ANYWHERE.includes(value) && !dynamic) {
      const message = `${value} admits scripts of anybody's making`
      return finding('headers-csp-any-script', path, message, `${name}: ["'self'", "https://cdn.example.com"]`)
    }
    return []
  })
}

function checkReports(options: SecurityHeaders): Finding[] {
  const found: Finding[] = []
  for (const key of ['csp', 'cspReportOnly'] as const) {
    const policy = options[key]
    if (policy === 'off') continue
    const unknown = policy['report-to']?.find((name) => !Object.hasOwn(options.reportingEndpoints, name))
    if (unknown !== undefined) {
      const message = `reports go to the endpoint "${unknown}", which has no address`
      const write = `reportingEndpoints: { ${unknown}: "https://reports.example.com/csp" }`
      found.push(finding('headers-report-endpoint', [key, 'report-to'], message, write))
    }
    if (key === 'cspReportOnly' && !policy['report-to'] && !policy['report-uri']) {
      const message = 'the policy is tried, and nobody is told what it would have refused'
      const write = 'reportingEndpoints: { csp: "https://reports.example.com/csp" }'
      found.push(finding('headers-report-nowhere', [key], message, write, 'note'))
    }
  }
  return found
}
