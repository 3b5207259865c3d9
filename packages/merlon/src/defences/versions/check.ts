import type { Finding } from '../../contract/finding.ts'
import type { Versions } from './options.ts'

/** What will surprise clients one day. No clock is read here: what a date means depends on when it is asked. */
export function check(
  options: Versions,
  _production: boolean,
  _scope?: 'policy' | 'route',
  _key?: string,
  policy: Readonly<Record<string, unknown>> = {},
): readonly Finding[] {
  const names = Object.keys(options.known)
  if (names.length === 0 || options.mode === 'off') return []
  const findings: Finding[] = options.mode === 'observe' ? [OBSERVE] : []
  for (const name of names) findings.push(...checkVersion(options, name))
  if (options.by === 'header' && !isSendable(options.header, policy['cors'])) {
    findings.push({
      code: 'versions-header-cors',
      severity: 'warning',
      path: ['header'],
      message: `pages of the admitted origins cannot send ${options.header}: their browsers do not get leave to`,
      write: `cors: { allowedHeaders: [Authorization, Content-Type, ${options.header}] }`,
    })
  }
  return findings
}

const OBSERVE: Finding = {
  code: 'versions-observe',
  severity: 'note',
  path: ['mode'],
  message: 'requests for unknown and ended versions are reported and still reach the application',
  write: 'mode: enforce',
}

function checkVersion(options: Versions, name: string): readonly Finding[] {
  const { deprecatedMs, sunsetMs } = options.known[name] ?? {}
  const findings: Finding[] = []
  if (typeof sunsetMs === 'number' && typeof deprecatedMs !== 'number') {
    findings.push({
      code: 'versions-sunset-sudden',
      severity: 'note',
      path: ['known', name, 'sunset'],
      message:
        'the version ends without having been deprecated: clients that look for Deprecation learn of it by a 410',
      write: `${name}: { deprecated: …, sunset: … }`,
    })
  }
  if (typeof sunsetMs === 'number' && options.default === name) {
    findings.push({
      code: 'versions-default-ends',
      severity: 'warning',
      path: ['default'],
      message: 'from its sunset on, every request that names no version gets 410',
      write: 'default: a version without a sunset, or no default at all',
    })
  }
  return findings
}

/** Whether pages that `cors` admits may send the header. */
function isSendable(header: string, cors: unknown): boolean {
  if (typeof cors !== 'object' || cors === null) return true
  const { mode, origins, allowedHeaders } = cors as Readonly<Record<string, unknown>>
  if (mode === 'off' || !Array.isArray(origins) || origins.length === 0 || !Array.isArray(allowedHeaders)) return true
  return allowedHeaders.some((each) => String(each).toLowerCase() === header.toLowerCase())
}
