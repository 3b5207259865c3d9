import type { Finding } from '../../contract/finding.ts'
import { type Input, PARTS } from './options.ts'

/** Routes whose requests bring a body, by their keys. */
export const WRITES = /^(?:[A-Z-]+,)*(?:POST|PUT|PATCH)\b/

/** What is not validated, or is where it cannot be. */
export function check(
  input: Input,
  _production: boolean,
  scope: 'policy' | 'route' = 'policy',
  key = '*',
): readonly Finding[] {
  const { mode } = input
  const has = PARTS.some((name) => input[name] !== undefined)
  if (scope === 'policy')
    return [...(mode === 'off' ? [OFF] : []), ...(input.body && mode !== 'off' ? [EVERYWHERE] : [])]
  const findings: Finding[] = []
  if (mode === 'observe' && has) findings.push(OBSERVE)
  if (WRITES.test(key) && (mode === 'off' || input.body === undefined)) findings.push(NO_BODY)
  if (mode !== 'off' && input.params && !/[:*]/.test(key.slice(key.indexOf('/')))) findings.push(NO_PARAMS)
  return findings
}

const OFF: Finding = {
  code: 'input-off',
  severity: 'warning',
  path: ['mode'],
  message: 'no schema holds on any route, also where one is written',
  write: 'mode: enforce',
}

const OBSERVE: Finding = {
  code: 'input-observe',
  severity: 'note',
  path: ['mode'],
  message: 'what is not valid is reported, and still reaches the handler as it came',
  write: 'mode: enforce',
}

const EVERYWHERE: Finding = {
  code: 'input-body-everywhere',
  severity: 'warning',
  path: ['body'],
  message: 'every route that takes a body is held to this one schema, uploads too',
  write: 'routes: { "POST /users": { input: { body: { use: "NewUser" } } } }',
}

const NO_BODY: Finding = {
  code: 'input-no-body',
  severity: 'note',
  path: [],
  message: 'the body of this route reaches its handler unvalidated: any type, any length, any field',
  write: 'input: { body: { use: "NewUser" } }, with a schema that the program binds',
}

const NO_PARAMS: Finding = {
  code: 'input-params-nowhere',
  severity: 'warning',
  path: ['params'],
  message: 'the path of this route has no parameters, so the schema gets an empty object',
  write: 'a route with a parameter, such as "GET /books/:id"',
}
