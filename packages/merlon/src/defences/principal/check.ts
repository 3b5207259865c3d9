import type { Finding } from '../../contract/finding.ts'
import type { Principal } from './options.ts'

/** Who passes as nobody. */
export function check({ mode, required }: Principal, _production: boolean, scope = 'policy'): readonly Finding[] {
  return scope === 'policy' && mode === 'enforce' && !required ? [OPTIONAL] : []
}

const OPTIONAL: Finding = {
  code: 'principal-optional',
  severity: 'note',
  path: ['required'],
  message: 'whoever is not recognised passes as nobody, on each route that asks for no scope: its handler decides',
  write: 'principal: { required: true }, and "off" on routes that are for everybody',
}
