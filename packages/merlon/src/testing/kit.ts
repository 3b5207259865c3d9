import type { GuardOptions } from '../guard/build.ts'
import { testSetup } from '../guard/test-setup.ts'
import { type TestClock, testClock } from './clock.ts'
import { checkLimits, type LimitsUnderTest, TestCounters } from './counters.ts'

export interface TestingOptions {
  /** What limits do at first, and after each `reset`. Default `off`. */
  readonly limits?: LimitsUnderTest
  /** Default: one that runs, and can be moved onwards. */
  readonly clock?: TestClock
  /** Lets the guard start where the environment is production. Default false: it throws there. */
  readonly force?: boolean
}

export interface Testing {
  /** For the guard under test: `merlon(policy, kit.options)`, or `{ ...kit.options, log }`. */
  readonly options: GuardOptions
  readonly clock: TestClock
  /** What limits do from here on. */
  limits: LimitsUnderTest
  /** Forgets all that was counted, and takes `limits` back to what they were at first: for between tests. */
  reset(): void
  /**
   * Headers of a request from another client, over HTTPS, in place of the address that it really comes from:
   * `fetch(url, { headers: kit.from('203.0.113.7') })`. The policy's proxies and lists apply to that address.
   *
   * @throws TypeError where it is no address
   */
  from(address: string): Record<string, string>
}

const HEADER = 'x-merlon-test-client'

/**
 * A kit for tests of an API behind a guard. It turns limits off, lends a clock and lets requests come from any address,
 * none of which anything but its own options can do; a guard in production that is given them does not start.
 */
export function testing({
  limits = 'off',
  clock = testClock({ running: true }),
  force = false,
}: TestingOptions = {}): Testing {
  const first = checkLimits(limits)
  const counters = new TestCounters(first, clock.wall)
  return {
    options: {
      [testSetup]: {
        counters,
        clock,
        force,
        prepare: (facts) => {
          const address = facts.header(HEADER)
          if (address === undefined) return
          // Over the host's own, which most have as getters. Clients from elsewhere come over HTTPS; tests' servers do not.
          Object.defineProperties(facts, { peer: { value: address }, encrypted: { value: true } })
        },
      },
    },
    clock,
    get limits() {
      return counters.limits
    },
    set limits(changed) {
      counters.limits = checkLimits(changed)
    },
    reset: () => {
      counters.limits = first
      counters.reset()
    },
    from: (address) => {
      if (!/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/i.test(address)) {
        throw new TypeError(`from: expected an address such as "203.0.113.7", got ${JSON.stringify(address)}`)
      }
      return { [HEADER]: address }
    },
  }
}
