import type { Finding } from '../../contract/finding.ts'
import { hasReference } from '../../policy/references.ts'
import type { Transport } from './options.ts'
import { parseHost } from './parse-host.ts'

/** What is allowed but weak, and what does not go together with HSTS. */
export function check(
  options: Transport,
  production: boolean,
  _scope?: 'policy' | 'route',
  _key?: string,
  policy: Readonly<Record<string, unknown>> = {},
): readonly Finding[] {
  if (options.mode === 'off') return [OFF]
  const hsts = hasHsts(policy['headers'])
  const findings: Finding[] = options.mode === 'observe' ? [OBSERVE] : []
  if (production && options.http === 'allow') findings.push(ALLOWED, ...(hsts ? [HSTS_UNKEPT] : []))
  if (options.http === 'redirect') findings.push(REDIRECT, ...(hsts ? [] : [HSTS_MISSING]))
  if (options.hosts.length === 0) findings.push(HOSTS_ANY)
  for (const [index, host] of options.hosts.entries()) findings.push(...checkHost(host, index))
  return findings
}

/** Whether browsers are told to come over HTTPS alone. Undefined is a policy that was not given. */
function hasHsts(headers: unknown): boolean {
  if (typeof headers !== 'object' || headers === null) return true
  const { mode, hsts } = headers as { readonly mode?: unknown; readonly hsts?: unknown }
  return mode !== 'off' && hsts !== 'off'
}

const OFF: Finding = {
  code: 'transport-off',
  severity: 'warning',
  path: ['mode'],
  message: 'keys and passwords may be sent in the clear, and any host that a client names is served',
  write: 'transport: { hosts: [api.example.com] }',
}

const OBSERVE: Finding = {
  code: 'transport-observe',
  severity: 'note',
  path: ['mode'],
  message: 'requests over plain HTTP, and for foreign hosts, are reported and still reach the application',
  write: 'mode: enforce',
}

const ALLOWED: Finding = {
  code: 'transport-http-allowed',
  severity: 'warning',
  path: ['http'],
  message: 'whoever is on the network between reads the keys and passwords of clients that come over plain HTTP',
  write: 'http: refuse; with the proxy that takes HTTPS, if there is one, under client.proxies',
}

const HSTS_UNKEPT: Finding = {
  code: 'transport-hsts-unkept',
  severity: 'note',
  path: ['http'],
  message: 'browsers are told that this host is HTTPS only (headers.hsts), while plain HTTP is answered to all else',
  write: 'http: refuse',
}

const REDIRECT: Finding = {
  code: 'transport-redirect',
  severity: 'note',
  path: ['http'],
  message: 'a client of an API that begins with http:// goes on doing so unnoticed, its first request in the clear',
  write: 'http: refuse, unless pages alone are served',
}

const HSTS_MISSING: Finding = {
  code: 'transport-hsts-missing',
  severity: 'warning',
  path: ['http'],
  message: 'each visit can begin over plain HTTP, where anybody on the way answers it: browsers never learn to stop',
  write: 'headers: { hsts: { maxAge: 365d } }',
}

const HOSTS_ANY: Finding = {
  code: 'transport-hosts-any',
  severity: 'note',
  path: ['hosts'],
  message: 'any Host is served: a page whose name is made to lead here can call, and links may name a foreign host',
  write: 'hosts: [api.example.com]',
}

/** Names that nobody can register. */
const PRIVATE = /^(?:localhost|internal|local|test|lan|home|corp|intranet)$/

function checkHost(text: string, index: number): readonly Finding[] {
  const entry = hasReference(text) ? undefined : parseHost(text)
  if (typeof entry !== 'object' || !entry.wildcard || entry.name.includes('.') || PRIVATE.test(entry.name)) return []
  return [
    {
      code: 'transport-hosts-wide',
      severity: 'warning',
      path: ['hosts', index],
      message: `anybody can have a host that ends in ".${entry.name}", and make it lead here`,
      write: 'hosts: [api.example.com]',
    },
  ]
}
