import { hkdfSync } from 'node:crypto'
import * as z from 'zod/mini'
import { Answer } from '../../contract/answer.ts'
import type { Counters } from '../../contract/counters.ts'
import type { Build, Compiled } from '../../contract/defence.ts'
import type { Client, Facts } from '../../contract/facts.ts'
import type { Secret } from '../../contract/secret.ts'
import type { Refusal, Verdict } from '../../contract/verdict.ts'
import { memoryCounters } from '../../stores/memory/index.ts'
import { FakeFacts } from '../../testing/fake-facts.ts'
import { limits } from './index.ts'
import type { LimitsOptions } from './options.ts'
import { STEPS } from './stands.ts'

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

/** What a test binds, and what it is told. */
export interface BenchParts {
  readonly code?: Readonly<Record<string, unknown>>
  readonly counters?: Counters
  readonly wallMs?: number
  readonly device?: Secret
  readonly instances?: number
  readonly siblings?: string
}

export class Bench {
  nowMs = 0
  wallMs: number
  readonly counters: Counters
  readonly reports: Refusal[] = []
  readonly mistakes: string[] = []
  readonly #parts: BenchParts

  constructor(parts: BenchParts = {}) {
    const { counters = memoryCounters(), wallMs = Date.UTC(2026, 0, 5, 12) } = parts
    this.#parts = parts
    this.counters = counters
    this.wallMs = wallMs
    counters.attach?.({ instances: undefined, secret: undefined, wall: () => this.wallMs + this.nowMs, tell: () => {} })
  }

  compile(options: LimitsOptions, route = '*'): Compiled {
    return limits.compile(options, {
      route,
      counters: this.counters,
      platform: { now: () => this.nowMs, wall: () => this.wallMs + this.nowMs, randomBytes: drawn, hkdf },
      observed: (_facts: Facts, refusal: Refusal) => this.reports.push(refusal),
      instances: this.#parts.instances,
      siblings: this.#parts.siblings,
      secret: (name: string) => (name === 'device' ? this.#parts.device : undefined),
      code: (_path: readonly unknown[], name: string) => this.#parts.code?.[name],
      mistake: (path: readonly unknown[], expected: string) => this.mistakes.push(`${path.join('.')}: ${expected}`),
    } as unknown as Build)
  }

  /** Runs a request through all steps, as the guard would. */
  ask(compiled: Compiled, facts: Facts): Refusal | undefined {
    for (const name of STEPS) {
      const verdict = compiled.steps?.[name]?.(facts) as Verdict
      if (verdict?.kind === 'refuse') {
        facts.refusal = verdict
        return verdict
      }
    }
    return undefined
  }

  /** The answer of a handler, or of the guard where it refused, leaves; its headers. */
  leave(compiled: Compiled, facts: Facts, status: number): Record<string, string> {
    const answer = new Answer(status, [])
    compiled.leave?.(facts, answer)
    const headers: Record<string, string> = {}
    for (let at = 0; at < answer.list.length; at += 2)
      headers[answer.list[at] as string] = answer.list[at + 1] as string
    return headers
  }

  /** One request with its answer: what the handler says where it is let through, and the refusal's code else. */
  play(compiled: Compiled, facts: Facts, status: number): string {
    const refusal = this.ask(compiled, facts)
    this.leave(compiled, facts, refusal ? 429 : status)
    return refusal?.code ?? String(status)
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

function hkdf(_secret: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', 'of a test', '', info, 32))
}

let draws = 0

function drawn(count: number): Uint8Array {
  draws++
  return Uint8Array.from({ length: count }, (_, at) => (draws >> ((at % 4) * 8)) & 255)
}
