import type { Finding } from '../../contract/finding.ts'
import { hasReference } from '../../policy/references.ts'
import { type Secrets, WRITE } from './options.ts'

/** Secrets that stand in the policy itself. What a host has resolved is its own and no longer to be told from them. */
export function checkSecrets(secrets: Secrets): readonly Finding[] {
  return placesOfLiterals(secrets).map((path) => ({
    code: 'secret-literal',
    severity: 'critical',
    path,
    message: 'a secret stands in the policy: whoever reads it, its history or a copy can sign and decrypt as this API',
    write: `${WRITE}, with a new secret in that variable`,
  }))
}

const LITERAL = '(not shown)'

/** The secrets as they may be printed: without those that stand in the policy. */
export function withoutLiterals(secrets: Secrets): Secrets {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, versions]) => [
      name,
      Object.fromEntries(
        Object.entries(versions).map(([version, source]) => [
          version,
          'text' in source && !hasReference(source.text) ? { text: LITERAL } : source,
        ]),
      ),
    ]),
  )
}

function placesOfLiterals(secrets: Secrets): readonly (readonly string[])[] {
  return Object.entries(secrets).flatMap(([name, versions]) =>
    Object.entries(versions).flatMap(([version, source]) =>
      'text' in source && !hasReference(source.text) ? [[name, version, 'text']] : [],
    ),
  )
}
