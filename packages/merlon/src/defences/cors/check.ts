import type { Finding } from '../../contract/finding.ts'
import { hasReference } from '../../policy/references.ts'
import { separate } from './admission.ts'
import type { Cors } from './options.ts'
import { parseOrigin } from './parse-origin.ts'
import { isShared } from './shared-suffixes.ts'

/** What is allowed but weak. Origins in variables are judged once these are resolved. */
export function check(options: Cors, production: boolean): readonly Finding[] {
  if (options.mode === 'off') return [OFF]
  const findings: Finding[] = options.mode === 'observe' ? [OBSERVE] : []
  for (const [index, written] of options.origins.entries()) {
    if (hasReference(written)) continue
    for (const text of separate(written)) findings.push(...checkOrigin(text, ['origins', index], options, production))
  }
  return findings
}

const OFF: Finding = {
  code: 'cors-off',
  severity: 'warning',
  path: ['mode'],
  message:
    'requests that pages of any origin make are let through, and the CORS headers that the application sets go out unchecked',
  write: 'cors: { origins: ["https://app.example.com"] }',
}

const OBSERVE: Finding = {
  code: 'cors-observe',
  severity: 'note',
  path: ['mode'],
  message: 'requests from pages of foreign origins are reported and still reach the application',
  write: 'mode: enforce',
}

function checkOrigin(text: string, path: Finding['path'], options: Cors, production: boolean): readonly Finding[] {
  const origin = parseOrigin(text)
  if (origin.kind === 'wrong') return []
  if (origin.kind === 'any') return [any(path, options)]
  const pattern = origin.kind === 'pattern'
  const ends = origin.kind === 'pattern' ? origin.ends : [origin.host]
  const loopback = ends.every(isLoopback)
  const insecure = origin.kind === 'pattern' ? origin.insecure : text.startsWith('http://')
  const found: Finding[] = []
  const shared = pattern ? ends.find((end) => end.startsWith('.') && isShared(end)) : undefined
  if (shared !== undefined) {
    found.push({
      code: 'cors-shared-domain',
      severity: 'critical',
      path,
      message: `anybody can have a host that ends in "${shared}", and ${text} admits it`,
      write: 'origins: ["https://app.example.com"], each host by its name',
    })
  }
  if (pattern && options.credentials && !loopback) {
    found.push({
      code: 'cors-pattern-credentials',
      severity: 'warning',
      path,
      message: `a script on any one host that ${text} admits, a forgotten subdomain too, acts with the user's cookies`,
      write: 'origins: ["https://app.example.com"], each host by its name; or credentials: false',
    })
  }
  if (production && loopback) {
    found.push({
      code: 'cors-localhost',
      severity: options.credentials ? 'critical' : 'warning',
      path,
      message: `whatever listens on a port of the user's own machine is admitted in production by ${text}`,
      write: 'environments: { development: { cors: { origins: ["http://localhost:*"] } } }',
    })
  } else if (production && insecure) {
    found.push({
      code: 'cors-plain-http',
      severity: options.credentials ? 'critical' : 'warning',
      path,
      message: `whoever is on the network between can put a script into a page of ${text}, and call as that page`,
      write: pattern ? 'a pattern that begins with https://' : `origins: ["${text.replace(/^http:/, 'https:')}"]`,
    })
  }
  return found
}

function any(path: Finding['path'], options: Cors): Finding {
  return {
    code: 'cors-any-origin',
    severity: options.privateNetwork ? 'critical' : 'warning',
    path,
    message: options.privateNetwork
      ? 'every page on the web may reach this API through the browser of a user in its private network'
      : 'every page on the web may call this API and read its answers; right only where all of it is public',
    write: 'origins: ["https://app.example.com"]',
  }
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127\.[0-9.]+|\[::1\])$/.test(host)
}
