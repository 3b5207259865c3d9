import { isAddress, isPrincipal } from './by.ts'
import {
  type LimitOptions,
  OVERFLOW_TIMES,
  OVERFLOW_TIMES_SIGN_IN,
  type RateOptions,
  type SwitchedRate,
  type TierRate,
} from './options.ts'
import { burstFits, type RateSetting, readRate } from './rates.ts'
import type { ReadLimit } from './schema.ts'

/** Reports what does not fit: where in the section, what was expected, and what was there. */
export type Tell = (path: readonly (string | number)[], expected: string, input: unknown) => void

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const GENERAL = '100/15m'

/** One limit, from its own settings to what they mean together. Undefined where they mean nothing. */
export function readLimit(name: string, written: ReadLimit, tell: Tell): LimitOptions | undefined {
  if (!NAME.test(name) || name.length > 64) {
    tell([name], 'the name of a limit in lower case letters, digits and single dashes, such as "login-email"', written)
    return undefined
  }
  const algorithm = written.algorithm ?? (written.strict ? 'strict' : 'gcra')
  if (written.strict && algorithm !== 'strict') {
    tell([name, 'strict'], 'one of strict: true and another algorithm', written.strict)
  }
  if (written.burst !== undefined && algorithm !== 'gcra') {
    tell([name, 'burst'], `no burst: algorithm "${algorithm}" admits its whole quota at once`, written.burst)
  }
  if (written.zone !== undefined && algorithm !== 'fixed-window') {
    tell([name, 'zone'], 'a zone beside algorithm: "fixed-window", whose windows follow the calendar', written.zone)
  }
  const cost = written.cost ?? 1
  const setting: RateSetting = { algorithm, zone: written.zone, cost, burst: written.burst }
  const rates = readRates(name, written, setting, tell)
  if (rates === undefined) return undefined
  const { rate, tiers, when } = rates
  if (typeof cost === 'number' && cost > rate.burst) {
    tell([name, 'cost'], `a cost of at most the burst, ${rate.burst}: more is never admitted`, written.cost)
  }
  const by = written.by ?? [{ kind: tiers ? 'principal' : 'address' }]
  if (tiers && !by.some(isPrincipal)) {
    tell([name, 'by'], 'principal among what is counted by: tiers are those of principals', written.by)
  }
  const { counts = 'all', authentication = false } = written
  readOutcome(name, written, by, tell)
  return {
    name,
    of: '*',
    mode: written.mode ?? 'enforce',
    algorithm,
    ...rate,
    cost,
    by,
    overflowTimes: authentication ? OVERFLOW_TIMES_SIGN_IN : OVERFLOW_TIMES,
    ...(tiers && { tiers }),
    ...(when && { when }),
    ...(counts !== 'all' && { counts }),
    ...(counts === 'failures' && { success: written.success ?? [2] }),
    ...(written.known !== undefined && written.known !== false && { knownMs: written.known }),
    ...(authentication && { authentication: true as const }),
    ...(written.counting === 'leased' && { counting: 'leased' as const }),
    ...(written.onFailure !== undefined && written.onFailure !== 'local' && { onFailure: written.onFailure }),
  }
}

interface Rates {
  readonly rate: RateOptions
  readonly tiers: readonly TierRate[] | undefined
  readonly when: readonly SwitchedRate[] | undefined
}

function readRates(name: string, written: ReadLimit, setting: RateSetting, tell: Tell): Rates | undefined {
  const read = (text: string, path: readonly (string | number)[]): RateOptions | undefined => {
    const found = readRate(text, setting)
    if (typeof found !== 'string') return found
    tell([name, ...path], found, text)
    return undefined
  }
  const varies = written.tiers ? 'tiers' : written.when ? 'when' : undefined
  if (varies && setting.burst !== undefined) {
    tell([name, 'burst'], `no burst beside ${varies}: each rate has its own`, written.burst)
  }
  if (written.tiers && written.when) tell([name, 'when'], 'one of tiers and when', written.when)
  const tiers = Object.entries(written.tiers ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([tier, text]) => {
      const rate = read(text, ['tiers', tier])
      return rate ? [{ tier, ...rate }] : []
    })
  const when = (written.when ?? []).flatMap(({ at, rate: text }, index) => {
    const rate = read(text, ['when', index, 'rate'])
    return rate ? [{ ...at, ...rate }] : []
  })
  const text = written.rate ?? (name === 'general' && tiers.length === 0 ? GENERAL : undefined)
  // Whoever has none of the tiers gets what the strictest of them gives.
  const rate = text === undefined ? strictest(tiers) : read(text, ['rate'])
  if (rate === undefined) {
    // Most often a limit's name that was not spelled as it was elsewhere.
    if (text === undefined && !written.tiers) {
      tell([name], 'a limit that has a rate, here or in the policy, such as { rate: "5/15m" }', written)
    }
    return undefined
  }
  if (!burstFits(rate)) tell([name, 'burst'], 'a burst that the rate gives back within 366 days', written.burst)
  return {
    rate,
    tiers: tiers.length > 0 ? tiers : undefined,
    when: when.length > 0 ? when : undefined,
  }
}

function strictest(tiers: readonly TierRate[]): RateOptions | undefined {
  const [first, ...others] = tiers
  if (first === undefined) return undefined
  const found = others.reduce((a, b) => (b.quota / b.windowMs < a.quota / a.windowMs ? b : a), first)
  const { tier, ...rate } = found
  return rate
}

/** What is counted late and given back has to be counted exactly. */
function readOutcome(name: string, written: ReadLimit, by: LimitOptions['by'], tell: Tell): void {
  const { counts = 'all', authentication, counting, onFailure, known, success } = written
  if (counting === 'leased' && (counts !== 'all' || authentication)) {
    const why = authentication ? 'a limit on sign-ins is counted exactly' : 'what may be given back is counted exactly'
    tell([name, 'counting'], `"exact": ${why}`, counting)
  }
  if (authentication && onFailure === 'open') {
    tell([name, 'onFailure'], '"local" or "closed": whoever stops the store could guess on', onFailure)
  }
  if (success !== undefined && counts !== 'failures') {
    tell([name, 'success'], 'statuses of success beside counts: "failures"', success)
  }
  if (known === undefined || known === false) return
  if (counts !== 'failures') tell([name, 'known'], 'known clients beside counts: "failures"', known)
  if (by.length !== 1 || by.some((part) => isAddress(part) || isPrincipal(part))) {
    tell([name, 'known'], 'known clients on a limit by account alone, such as by: { body: "email" }', known)
  }
}
