import type { Counters } from '../contract/counters.ts'
import type { Facts } from '../contract/facts.ts'
import type { Platform } from '../contract/platform.ts'
import { environmentOf, readVariable, type Variables } from '../policy/environment.ts'

/**
 * Where the options of a guard hold what `merlon/testing` has made. No text and no variable can stand for it, so nothing
 * but that import turns it on. Registered, so that the kit as CommonJS fits a guard as ESM.
 */
export const testSetup: unique symbol = Symbol.for('merlon.test-setup')

/** What a guard under test is given in place of the world. */
export interface TestSetup {
  readonly counters: Counters
  readonly clock: Pick<Platform, 'now' | 'wall' | 'sleep' | 'timer'>
  /** Called with each request before anything looks at it. */
  prepare(facts: Facts): void
  /** Whether it may stand in production all the same. */
  readonly force: boolean
}

const REFUSED =
  'options of merlon/testing were given to a guard in production, where they would turn its limits off and let clients ' +
  'choose their addresses; set NODE_ENV=test where tests run, or write testing({ force: true }) where it is meant'

/** A process that names no environment is in production, but not one that runs tests: `node --test` names none. */
export function environmentUnderTest(variables: Variables): string {
  const named = readVariable(variables, 'MERLON_ENV') ?? readVariable(variables, 'NODE_ENV')
  return named === undefined ? 'test' : environmentOf(variables)
}

/** @throws TypeError where a guard in production was given a test's options */
export function refuseInProduction({ force }: TestSetup, production: boolean): void {
  if (production && !force) throw new TypeError(REFUSED)
}

/** The platform with the test's clock; all else is its own. */
export function underClock(platform: Platform, { clock }: TestSetup): Platform {
  return Object.create(platform, {
    now: { value: () => clock.now() },
    wall: { value: () => clock.wall() },
    sleep: { value: (ms: number) => clock.sleep(ms) },
    timer: { value: (ms: number, call: () => void) => clock.timer(ms, call) },
  }) as Platform
}
