import type { Build } from '../../contract/defence.ts'
import type { Pressure } from '../../contract/platform.ts'
import type { Refusal, Verdict } from '../../contract/verdict.ts'
import { memoryCounters } from '../../stores/memory/index.ts'
import { FakeFacts, type FakeRequest } from '../../testing/fake-facts.ts'
import { load } from './index.ts'
import type { Load } from './options.ts'

export function canonical(written: unknown = {}): Load {
  return load.section.schema().parse(load.section.desugar(written, 'policy'))
}

/** A process with a clock and a pressure of its own, and what its steps say. */
export class Process {
  nowMs = 1000
  pressure: Pressure | undefined = { lagMs: 0, memory: 0 }
  readonly observed: Refusal[] = []
  readonly #timers: { atMs: number; call: () => void }[] = []
  readonly #counters = memoryCounters()

  /** The steps of a route, by their names. */
  route(written: unknown, route = '*', inline?: string) {
    const compiled = load.compile(this.#owned(written, route), this.#build(route, inline))
    const step = (name: string, facts: FakeFacts) => compiled.steps?.[`load.${name}`]?.(facts)
    return {
      step,
      leave: (facts: FakeFacts) => compiled.leave?.(facts, undefined as never),
      steps: compiled.steps ?? {},
    }
  }

  /** Time goes by, and what waits for it is called. */
  pass(ms: number): void {
    this.nowMs += ms
    for (const timer of this.#timers.filter(({ atMs }) => atMs <= this.nowMs)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1)
      timer.call()
    }
  }

  get waiting(): number {
    return this.#timers.length
  }

  #owned(written: unknown, route: string): Load {
    const options = canonical(written)
    return route === '*' ? options : (load.section.claim?.(canonical(), options, route) ?? options)
  }

  #build(route: string, inline: string | undefined): Build {
    const never = () => {
      throw new Error('this defence has no business here')
    }
    const timer = (ms: number, call: () => void) => {
      const entry = { atMs: this.nowMs + ms, call }
      this.#timers.push(entry)
      return () => {
        const at = this.#timers.indexOf(entry)
        if (at >= 0) this.#timers.splice(at, 1)
      }
    }
    const platform = {
      now: () => this.nowMs,
      timer,
      ...(this.pressure && { pressure: () => this.pressure as Pressure }),
    }
    return {
      environment: 'production',
      production: true,
      platform: platform as unknown as Build['platform'],
      counters: this.#counters,
      log: { debug: never, info: never, warn: never, error: never },
      secret: () => undefined,
      route,
      inline,
      observed: (_, refusal) => this.observed.push(refusal),
      code: never,
      mistake: never,
    } as Build
  }
}

/** A request of a client, by its address. */
export function request(address = '203.0.113.7', more: FakeRequest = {}): FakeFacts {
  const facts = new FakeFacts({ ...more, peer: address })
  facts.client = clientOf(address)
  return facts
}

const clients = new Map<string, FakeFacts['client']>()

function clientOf(address: string): FakeFacts['client'] {
  const known = clients.get(address) ?? { address, prefix: address, network: `${address}/24`, family: 4 as const }
  clients.set(address, known)
  return known
}

export function codeOf(verdict: Verdict): string | undefined {
  return verdict?.kind === 'refuse' ? verdict.code : undefined
}
