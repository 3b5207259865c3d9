import type { ChecklistLine, Evidence } from '../../contract/explanation.ts'

export interface Line {
  readonly id: ChecklistLine
  readonly title: string
  /** Whose section answers it; undefined for what no policy can show. */
  readonly defence?: string
  /** The answer where this version has no such section. */
  readonly without: Evidence
  /** The answer where the section says nothing of this line itself, and nothing speaks against it. */
  readonly withSection?: Evidence
}

/** Nothing that can be written now would meet it, so it fails no build; it is unmet all the same. */
const unbuilt = (section: string, meanwhile: string): Evidence => ({
  status: 'unmet',
  severity: 'note',
  reason: `This version of Merlon has no section "${section}". ${meanwhile}`,
})

/** What a section alone does not show. */
const unprovable = (reason: string, proof: string): Evidence => ({ status: 'unprovable', reason, proof })

/** The checklist, in its order. */
export const LINES: readonly Line[] = [
  {
    id: 'limits-everywhere',
    title: 'Rate limits on all endpoints',
    defence: 'limits',
    without: unbuilt('limits', 'Limit in the proxy in front.'),
  },
  {
    id: 'limits-authentication',
    title: 'Stricter limits on authentication',
    defence: 'limits',
    without: unbuilt('limits', 'Limit in the proxy in front.'),
  },
  {
    id: 'input-validation',
    title: 'Input validated by a schema',
    defence: 'input',
    without: unbuilt('input', 'Validate in each handler.'),
    withSection: unprovable('Which routes take input is not in the policy.', 'audit, the code'),
  },
  {
    id: 'parameterized-queries',
    title: 'Parameterized queries',
    without: unprovable('A policy does not see how queries are made.', 'lint, audit, the code'),
  },
  {
    id: 'cors-origins',
    title: 'CORS for specific origins',
    defence: 'cors',
    without: unbuilt('cors', 'Set CORS in the application.'),
  },
  {
    id: 'keys-hashed',
    title: 'API keys hashed before storage',
    defence: 'keys',
    without: unbuilt('keys', 'Where the application issues keys itself, hash them there.'),
    withSection: unprovable('What the application stores by itself is not in the policy.', 'the code'),
  },
  {
    id: 'size-limits',
    title: 'Request size limits',
    defence: 'size',
    without: unbuilt('size', 'Bound bodies in the proxy in front.'),
  },
  {
    id: 'call-timeouts',
    title: 'Time-outs on all external calls',
    defence: 'deadline',
    without: unbuilt('deadline', 'Give every call out a time-out of its own.'),
    withSection: unprovable(
      'Each request has a deadline and its signal; whether every call out takes the signal is not in the policy.',
      'lint, the code',
    ),
  },
  {
    id: 'security-headers',
    title: 'Security headers',
    defence: 'headers',
    without: unbuilt('headers', 'Set them in the application.'),
  },
  {
    id: 'errors-closed',
    title: 'Errors that leak nothing',
    defence: 'errors',
    without: unbuilt('errors', 'Answer errors in the application.'),
  },
  {
    id: 'https-only',
    title: 'Authentication over HTTPS only',
    defence: 'transport',
    without: unbuilt('transport', 'Refuse plain HTTP in the proxy in front.'),
    withSection: { status: 'met', reason: 'Plain HTTP is refused on every route.' },
  },
  {
    id: 'versioning',
    title: 'API versioning',
    defence: 'versions',
    without: unbuilt('versions', 'Name the version in the path.'),
    withSection: unprovable('Whether the policy names the versions that there are is not in it.', 'the code'),
  },
]
