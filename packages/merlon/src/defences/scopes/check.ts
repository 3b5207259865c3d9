import type { Finding } from '../../contract/finding.ts'
import { formatRouteKey } from '../../policy/pattern.ts'
import type { Scopes } from './options.ts'

type Sections = Readonly<Record<string, unknown>>
type Route = Sections & { readonly methods: readonly string[]; readonly pattern: string }

/** Scopes that nobody can have. */
export function check(
  { all }: Scopes,
  _production: boolean,
  scope: 'policy' | 'route' = 'policy',
  key = '*',
  policy?: Sections,
): readonly Finding[] {
  if (all.length === 0 || policy === undefined) return []
  const routes = (policy['routes'] ?? []) as readonly Route[]
  const route = scope === 'route' ? routes.find((each) => formatRouteKey(each) === key) : undefined
  const principal = (route?.['principal'] ?? policy['principal']) as { readonly mode?: string } | undefined
  return principal?.mode === 'enforce' ? [] : [NOBODY]
}

const NOBODY: Finding = {
  code: 'scopes-without-principal',
  severity: 'warning',
  path: ['all'],
  message: 'nobody is recognised here, so that nobody has a scope and every request is answered 401',
  write: 'principal: { use: "whoIs" }, with a function that says who is calling',
}
