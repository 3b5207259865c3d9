import { simple, simpleKeys } from './simple.ts'

/** RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

export const NAME_EXPECTED = 'the name of a header, such as "X-Robots-Tag"'

export function isFieldName(name: string): boolean {
  return TOKEN.test(name)
}

/** What was expected in place of a value; a line break in it would begin a header, or a body, of somebody's choice. */
export function wrongFieldValue(value: string): string | undefined {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(value) ? undefined : 'the value of a header: one line of printable ASCII'
}

/** RFC 9110 §7.6.1 and what frames or dates a message: the host's own. */
const HOSTS_OWN =
  /^(?:connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|content-(?:length|type|encoding|range|location|disposition)|date|host|server|x-powered-by)$/

/** Headers that another part of the policy writes. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^access-control-|^timing-allow-origin$/, 'cors'],
  [/^(?:x-)?ratelimit|^retry-after$/, 'limits'],
  [/^x-request-id$/, 'errors'],
  [/^content-security-policy$/, 'headers.csp'],
  [/^content-security-policy-report-only$/, 'headers.cspReportOnly'],
  [/^strict-transport-security$/, 'headers.hsts'],
  [/^permissions-policy$/, 'headers.permissionsPolicy'],
  [/^reporting-endpoints$/, 'headers.reportingEndpoints'],
  [/^cache-control$/, 'headers.noStore, and the handler, which knows what may be kept'],
]

/** What was expected in place of a header that the policy wants to add to every answer. */
export function wrongAddition(name: string): string | undefined {
  if (!isFieldName(name)) return NAME_EXPECTED
  const lower = name.toLowerCase()
  if (HOSTS_OWN.test(lower)) return "a header that says something of every answer; this one is the host's own"
  if (lower === 'set-cookie' || lower === 'vary') return 'a header whose value is the same on every answer'
  const key = simpleKeys.find((each) => simple[each].name.toLowerCase() === lower)
  const home = key ? `headers.${key}` : ELSEWHERE.find(([form]) => form.test(lower))?.[1]
  return home && `a header that has no place of its own; this one is written in ${home}`
}

/** Reporting API §3.3: only what cannot be listened to on the way. */
export function wrongEndpoint(address: string): string | undefined {
  return /^(?:https:\/\/[a-z0-9]|\/)[!-~]*$/i.test(address) && !/["\\;,]/.test(address)
    ? undefined
    : 'an address that begins with "https://" or "/"'
}

export const ENDPOINT_EXPECTED = 'a name in lower case, such as "default"'

export function isEndpointName(name: string): boolean {
  return /^[a-z][a-z0-9_.-]*$/.test(name)
}
