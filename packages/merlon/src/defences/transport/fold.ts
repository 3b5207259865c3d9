import type { Transport } from './options.ts'

const MODES = ['enforce', 'observe', 'off'] as const
const HTTP = ['refuse', 'redirect', 'allow'] as const

/** The stricter of both. No route has a section of its own; what a change of policy does is told by this. */
export function fold(base: Transport, route: Transport): Transport {
  const both = base.hosts.filter((each) => route.hosts.includes(each))
  return {
    mode: MODES.find((mode) => mode === base.mode || mode === route.mode) ?? 'enforce',
    http: HTTP.find((http) => http === base.http || http === route.http) ?? 'refuse',
    // An empty list would serve any host.
    hosts: both.length > 0 ? both : base.hosts.length > 0 ? base.hosts : route.hosts,
    health: base.health.filter((each) => route.health.includes(each)),
  }
}
