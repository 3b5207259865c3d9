import * as z from 'zod/mini'
import type { Counters } from '../../contract/counters.ts'
import type { Build, Compiled } from '../../contract/defence.ts'
import type { Client, Facts } from '../../contract/facts.ts'
import type { Refusal, Verdict } from '../../contract/verdict.ts'
import { memoryCounters } from '../../stores/memory/index.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { limits } from './index.ts'
import type { LimitsOptions } from './options.ts'

/** A section as the policy's reader would read it alone. */
export function read(written: unknown, scope: 'policy' | 'route' = 'policy'): LimitsOptions {
  return z.parse(limits.section.schema(), limits.section.desugar(written, scope))
}

/** A route's section over the policy's, one level of limits deep, claimed by the route. */
export function readRoute(policy: unknown, route: unknown, key = 'POST /auth/login'): LimitsOptions {
  const under = limits.section.desugar(policy, 'policy') as Record<string, object>
  const over = limits.section.desugar(route, 'route') as Record<string, object>
  const merged: Record<string, unknown> = { ...under }
  for (const [name, value] of Object.entries(over)) {
    merged[name] = typeof value === 'object' && !Array.isArray(value) ? { ...under[name], ...value } : value
  }
  const claim = limits.section.claim
  if (!claim) throw new Error('limits have owners')
  return claim(z.parse(limits.section.schema(), under), z.parse(limits.section.schema(), merged), key)
}

/** What the schema finds wrong: `path: expected`. */
export function mistakes(written: unknown): string[] {
  const result = z.safeParse(limits.section.schema(), limits.section.desugar(written, 'policy'))
  return (result.error?.issues ?? []).map((issue) => {
    const said = issue.code === 'unrecognized_keys' ? `unknown ${issue.keys.join(', ')}` : issue.message
    return `${issue.path.join('.')}: ${said}`
  })
}

export class Bench {
  nowMs = 0
  readonly counters: Counters = memoryCounters()
  readonly reports: Refusal[] = []

  compile(options: LimitsOptions, route = '*'): Compiled {
    return limits.compile(options, {
      route,
      counters: this.counters,
      platform: { now: () => this.nowMs },
      observed: (_facts: Facts, refusal: Refusal) => this.reports.push(refusal),
    } as unknown as Build)
  }

  /** Runs a request through both steps, as the guard would. */
  ask(compiled: Compiled, facts: Facts): Refusal | undefined {
    for (const name of ['limits.address', 'limits.body']) {
      const verdict = compiled.steps?.[name]?.(facts) as Verdict
      if (verdict?.kind === 'refuse') return verdict
    }
    return undefined
  }
}

export function client(address: string, network = `${address.split('.').slice(0, 3).join('.')}.0/24`): Client {
  return { address, prefix: address, network, family: 4 }
}

/** The client that has the /64 of this number in the /48 of that one. */
export function client6(site: number, subnet: number): Client {
  const network = `2001:db8:${site.toString(16)}::/48`
  const prefix = `2001:db8:${site.toString(16)}:${subnet.toString(16)}::/64`
  return { address: prefix.replace('/64', '1'), prefix, network, family: 6 }
}

export function request(from: Client, body?: unknown, path = '/', method = 'POST'): FakeFacts {
  const facts = new FakeFacts({ method, target: path })
  facts.client = from
  if (body !== undefined) facts.body = { bytes: new Uint8Array(0), type: 'application/json', value: body }
  return facts
}
