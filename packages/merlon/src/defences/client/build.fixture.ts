import type { Build } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import type { Verdict } from '../../contract/verdict.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { client } from './index.ts'
import type { ClientOptions, WrittenClient } from './options.ts'

export type Header = readonly [name: string, value: string]

export function canonical(written: WrittenClient = {}): ClientOptions {
  return client.section.schema().parse(client.section.desugar(written, 'policy'))
}

/** What a written section did wrong, as `path: expected`. */
export function mistakesOf(written: unknown): string[] {
  const read = client.section.schema().safeParse(client.section.desugar(written, 'policy'))
  return read.success ? [] : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

export interface FakeBuild extends Build {
  readonly warnings: string[]
  readonly mistakes: string[]
}

export function fakeBuild(more: { production?: boolean; route?: string } = {}): FakeBuild {
  const warnings: string[] = []
  const mistakes: string[] = []
  const never = () => {
    throw new Error('this defence has no business here')
  }
  return {
    environment: more.production === false ? 'development' : 'production',
    production: more.production ?? true,
    platform: {
      name: 'web',
      now: never,
      wall: never,
      id: never,
      randomBytes: never,
      sha256: never,
      hmac: never,
      hkdf: never,
      encodings: [],
      sharesTimers: true,
      timer: never,
      sleep: never,
    },
    counters: {
      name: 'none',
      shared: false,
      atomic: true,
      needsSecret: false,
      overrides: { list: never, set: never, remove: never, watch: never },
      prepare: never,
      prepareLeases: never,
      bans: never,
      ban: never,
      unban: never,
      reset: never,
    },
    log: { debug: never, info: never, warn: (_, message) => warnings.push(message), error: never },
    secret: never,
    route: more.route ?? '*',
    observed: never,
    code: never,
    mistake: (path, expected) => mistakes.push(`${path.join('.')}: ${expected}`),
    warnings,
    mistakes,
  }
}

export interface Seen {
  readonly facts: Facts
  readonly verdict: Verdict
  readonly address: string
  /** The refusal's code, or undefined. */
  readonly code: string | undefined
  readonly reason: string | undefined
}

/** The step `client` of a policy, to be asked again and again. */
export function stepOf(written: WrittenClient = {}, build = fakeBuild()): (request?: FakeRequest) => Seen {
  const step = client.compile(canonical(written), build).steps?.['client']
  if (!step) throw new Error('there is no step')
  return (request = {}) => {
    const facts = new FakeFacts(request)
    return seen(facts, step(facts) as Verdict)
  }
}

/** The step `client.lists` of a route after the policy's step `client`. */
export function listsOf(policy: WrittenClient, route: ClientOptions): (request?: FakeRequest) => Seen {
  const first = client.compile(canonical(policy), fakeBuild()).steps?.['client']
  const second = client.compile(route, fakeBuild({ route: 'GET /admin' })).steps?.['client.lists']
  return (request = {}) => {
    const facts = new FakeFacts(request)
    return seen(facts, (first?.(facts) ?? second?.(facts)) as Verdict)
  }
}

function seen(facts: Facts, verdict: Verdict): Seen {
  const refusal = verdict?.kind === 'refuse' ? verdict : undefined
  return { facts, verdict, address: facts.client.address, code: refusal?.code, reason: refusal?.reason }
}

export const xff = (...values: string[]): Header[] => values.map((value) => ['X-Forwarded-For', value])
export const forwarded = (...values: string[]): Header[] => values.map((value) => ['Forwarded', value])
