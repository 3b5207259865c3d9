import type { Cors } from './options.ts'

/** What holds where a route matches a path only after folding: admitted by both, and allowed by both. */
export function fold(base: Cors, route: Cors): Cors {
  if (base.mode === 'off') return route
  if (route.mode === 'off') return base
  const within = [base.origins, ...(base.within ?? []), ...(route.within ?? [])].filter(
    (list) => !includes(list, route.origins),
  )
  const { within: _, ...own } = route
  return {
    ...own,
    mode: base.mode === 'enforce' ? 'enforce' : route.mode,
    ...(within.length > 0 ? { within } : {}),
    methods: common(base.methods, route.methods),
    allowedHeaders: common(base.allowedHeaders, route.allowedHeaders),
    exposedHeaders: common(base.exposedHeaders, route.exposedHeaders),
    credentials: base.credentials && route.credentials,
    maxAgeSeconds: Math.min(base.maxAgeSeconds, route.maxAgeSeconds),
    preflightContinue: base.preflightContinue && route.preflightContinue,
    privateNetwork: base.privateNetwork && route.privateNetwork,
    timing: base.timing && route.timing,
  }
}

/** Whether a list says nothing beyond another. */
function includes(list: readonly string[], other: readonly string[]): boolean {
  return list.includes('*') || other.every((each) => list.includes(each))
}

/** Names in both, compared without case: where methods differ in case alone, none is real. */
function common(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.includes('*')) return other
  if (other.includes('*')) return one
  const known = new Set(one.map((each) => each.toLowerCase()))
  return other.filter((each) => known.has(each.toLowerCase()))
}
