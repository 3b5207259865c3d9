import { type Concurrency, type Delay, type Load, PRIORITIES } from './options.ts'

const MODES = ['enforce', 'observe', 'off'] as const

/** Marks what a route has otherwise than the policy as its own: it is counted apart. */
export function claim(base: Load, route: Load, key: string): Load {
  return {
    ...route,
    delay: owned(base.delay, route.delay, key),
    concurrency: owned(base.concurrency, route.concurrency, key),
  }
}

function owned<T extends Delay | Concurrency>(above: T | 'off', own: T | 'off', key: string): T | 'off' {
  if (own === 'off') return own
  const same = above !== 'off' && JSON.stringify({ ...above, of: '' }) === JSON.stringify({ ...own, of: '' })
  return { ...own, of: same ? above.of : key }
}

/** What is stricter of both. */
export function fold(base: Load, route: Load): Load {
  const lower = PRIORITIES[Math.max(PRIORITIES.indexOf(base.priority), PRIORITIES.indexOf(route.priority))]
  return {
    mode: MODES.find((mode) => mode === base.mode || mode === route.mode) ?? 'enforce',
    priority: lower ?? route.priority,
    shed: either(base.shed, route.shed, (a, b) => ({
      lagMs: Math.min(a.lagMs, b.lagMs),
      memory: Math.min(a.memory, b.memory),
    })),
    delay: either(base.delay, route.delay, (a, b) => (slows(b) < slows(a) ? b : a)),
    concurrency: either(base.concurrency, route.concurrency, foldConcurrency),
  }
}

function either<T extends object>(base: T | 'off', route: T | 'off', both: (a: T, b: T) => T): T | 'off' {
  if (base === 'off') return route
  return route === 'off' ? base : both(base, route)
}

/** Fewer a second without delay is stricter. */
function slows({ quota, windowMs }: Delay): number {
  return quota / windowMs
}

/** Fewer places, in the counters of whoever says so for a client. */
function foldConcurrency(a: Concurrency, b: Concurrency): Concurrency {
  const client = fewer(a.client, b.client)
  return {
    client,
    all: a.all === 'adaptive' || b.all === 'adaptive' ? adaptiveOr(a.all, b.all) : fewer(a.all, b.all),
    leaseMs: Math.max(a.leaseMs, b.leaseMs),
    of: client === b.client ? b.of : a.of,
  }
}

function fewer(a: number | 'off' | 'adaptive', b: number | 'off' | 'adaptive'): number | 'off' {
  const numbers = [a, b].filter((each) => typeof each === 'number')
  return numbers.length === 0 ? 'off' : Math.min(...numbers)
}

/** A number that somebody wrote is a bound; what finds its own goes without one. */
function adaptiveOr(a: Concurrency['all'], b: Concurrency['all']): Concurrency['all'] {
  const bound = fewer(a, b)
  return bound === 'off' ? 'adaptive' : bound
}
