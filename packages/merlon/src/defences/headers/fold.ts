import type { Directives } from './directives.ts'
import type { Hsts, SecurityHeaders } from './options.ts'
import type { Permissions } from './permissions.ts'
import { type SimpleKey, type SimpleValues, simpleKeys, wordsOf } from './simple.ts'

/** What holds where a route matches a path only after folding: header by header the stricter. */
export function fold(base: SecurityHeaders, route: SecurityHeaders): SecurityHeaders {
  if (base.mode === 'off') return route
  if (route.mode === 'off') return base
  const { cspAlso: _, ...own } = route
  const also = policies(base).filter((each) => !policies(route).some((other) => same(each, other)))
  const all = [...policies(route), ...also]
  const [csp = 'off', ...rest] = all
  return {
    ...own,
    ...stricter(base, route),
    csp,
    ...(rest.length > 0 ? { cspAlso: rest } : {}),
    hsts: foldHsts(base.hsts, route.hsts),
    permissionsPolicy: foldPermissions(base.permissionsPolicy, route.permissionsPolicy),
    reportingEndpoints: { ...route.reportingEndpoints, ...base.reportingEndpoints },
    noStore: first(['always', 'authenticated', 'off'], base.noStore, route.noStore),
    add: { ...base.add, ...without(route.add, base.add) },
    remove: [...new Set([...base.remove, ...route.remove])],
  }
}

/** Both policies: an answer with two content security policies has to satisfy each (CSP §8.1). */
function policies({ csp, cspAlso = [] }: SecurityHeaders): readonly Directives[] {
  return csp === 'off' ? cspAlso : [csp, ...cspAlso]
}

function same(one: Directives, other: Directives): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
}

function stricter(base: SecurityHeaders, route: SecurityHeaders): SimpleValues {
  const pairs = simpleKeys.map((key) => [key, first<string>(wordsOf<SimpleKey>(key), base[key], route[key])])
  return Object.fromEntries(pairs) as SimpleValues
}

/** The one of two words that comes first in a list. */
function first<W extends string>(words: readonly W[], one: W, other: W): W {
  return words.indexOf(one) <= words.indexOf(other) ? one : other
}

/** Headers that are not among others; their names are one whatever the case. */
function without(some: SecurityHeaders['add'], others: SecurityHeaders['add']): SecurityHeaders['add'] {
  const known = new Set(Object.keys(others).map((name) => name.toLowerCase()))
  return Object.fromEntries(Object.entries(some).filter(([name]) => !known.has(name.toLowerCase())))
}

/** Preloading is a decision for the whole host, which no route makes. */
function foldHsts(base: Hsts | 'off', route: Hsts | 'off'): Hsts | 'off' {
  if (base === 'off') return route
  if (route === 'off') return base
  return {
    maxAgeSeconds: Math.max(base.maxAgeSeconds, route.maxAgeSeconds),
    includeSubDomains: base.includeSubDomains || route.includeSubDomains,
    preload: base.preload,
  }
}

function foldPermissions(base: Permissions | 'off', route: Permissions | 'off'): Permissions | 'off' {
  if (base === 'off') return route
  if (route === 'off') return base
  const both = { ...base, ...route }
  for (const [feature, list] of Object.entries(both)) {
    const under = Object.hasOwn(base, feature) ? base[feature] : undefined
    if (under && under[0] !== '*') both[feature] = list[0] === '*' ? under : list.filter((each) => under.includes(each))
  }
  return both
}
