import type { Finding } from '../../contract/finding.ts'
import type { Errors } from './options.ts'

export function check(options: Errors): readonly Finding[] {
  const findings: Finding[] = []
  if (options.requestId.accept === 'always') findings.push(ANY_REQUEST_ID)
  if (options.typeBase.startsWith('/')) findings.push(RELATIVE_TYPE)
  return findings
}

const ANY_REQUEST_ID: Finding = {
  code: 'errors-any-request-id',
  severity: 'note',
  path: ['requestId', 'accept'],
  message: 'every client chooses the ids in the log, and can give its requests the id of somebody else',
  write: 'accept: proxies',
}

const RELATIVE_TYPE: Finding = {
  code: 'errors-relative-type',
  severity: 'note',
  path: ['typeBase'],
  message: 'a type that is a path means another thing under every host that the API is reached by (RFC 9457 §3.1.1)',
  write: 'typeBase: https://api.example.com/problems/',
}
