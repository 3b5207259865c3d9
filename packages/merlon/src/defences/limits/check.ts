import type { Finding } from '../../contract/finding.ts'
import { type By, nameOf, sayPart } from './by.ts'
import { effectiveMode } from './fold.ts'
import type { LimitOptions, LimitsOptions } from './options.ts'
import { countsBody } from './stands.ts'

/** Routes on which secrets are guessed, or mails are sent to whoever is named. */
const GUESSED =
  /(?:^|[/_-])(?:login|log-in|signin|sign-in|signup|sign-up|register|auth|token|password|passwd|forgot|otp|2fa|mfa|verify)(?=$|[/_-])/i
const READS = /^(?:GET|HEAD|OPTIONS)(?:,(?:GET|HEAD|OPTIONS))* /

/** Stricter than this a limit slows guessing down: one a minute, and twenty at once. */
const GUESSES = { perMs: 1 / 60_000, burst: 20 }

/** More than this is no limit for most servers. */
const LARGE = { perMs: 100 / 1000, burst: 10_000 }

export function checkLimits(
  options: LimitsOptions,
  _production: boolean,
  scope: 'policy' | 'route' = 'policy',
  key = '*',
): readonly Finding[] {
  const enforced = options.limits.filter((each) => effectiveMode(options.mode, each.mode) === 'enforce')
  const own = scope === 'policy' ? options.limits : options.limits.filter(({ of }) => of !== '*')
  return [
    ...checkNone(options, enforced, scope),
    ...own.flatMap((each) => checkSize(each)),
    ...own.filter((each) => enforced.includes(each)).flatMap((each) => checkPair(each, enforced)),
    ...(scope === 'policy' ? enforced.flatMap(checkEverywhere) : checkGuessed(key, enforced)),
  ]
}

function checkNone(
  { mode, limits }: LimitsOptions,
  enforced: readonly LimitOptions[],
  scope: 'policy' | 'route',
): Finding[] {
  if (enforced.length > 0) return []
  const observed = limits.some((each) => effectiveMode(mode, each.mode) === 'observe')
  return [
    observed
      ? {
          code: 'limits-observed',
          severity: 'warning',
          path: ['mode'],
          message: 'Limits are observed and refuse nobody: guessing and flooding go on.',
          write: 'limits.mode: enforce, once the reports show nobody who should pass',
        }
      : {
          code: 'limits-off',
          severity: scope === 'policy' ? 'critical' : 'warning',
          path: mode === 'off' ? ['mode'] : [],
          message: 'Nothing is limited: whoever wants to guess or to flood may do so as fast as the server answers.',
          write: 'limits: "100/15m"',
        },
  ]
}

function checkSize({ name, quota, windowMs, burst }: LimitOptions): Finding[] {
  if (quota / windowMs <= LARGE.perMs && burst <= LARGE.burst) return []
  return [
    {
      code: 'limit-very-large',
      severity: 'warning',
      path: [name],
      message: 'This admits one client so often that it hardly limits anything.',
      write: `limits.${name}: the most that one client needs, such as "100/15m"`,
    },
  ]
}

/** A pair's counter is fresh for every address that an attacker has, and for every account. */
function checkPair({ name, by }: LimitOptions, enforced: readonly LimitOptions[]): Finding[] {
  // Whom a key or a sign-in has named is nobody's to choose, and a route is no subject.
  const chosen = by.filter(({ kind }) => kind !== 'route' && kind !== 'tier' && kind !== 'scope')
  if (chosen.length < 2 || by.some(({ kind }) => kind === 'principal')) return []
  const alone = (part: By) =>
    enforced.some((each) => each.by.length === 1 && JSON.stringify(each.by[0]) === JSON.stringify(part))
  const lacking = chosen.filter((part) => !alone(part))
  if (lacking.length === 0) return []
  const said = lacking.map((part) => ('field' in part ? part.field : sayPart(part)))
  return [
    {
      code: 'limit-pair-only',
      severity: 'critical',
      path: [name, 'by'],
      message: `This counts pairs, and nothing counts ${said.join(' or ')} alone: many addresses against one account, or one address against many accounts, pass it.`,
      write: lacking
        .map((part) => `limits.${name}-${suffix(part)}: { rate: "5/15m", by: ${written(part)} }`)
        .join(', '),
    },
  ]
}

function suffix(part: By): string {
  return ('field' in part ? part.field : part.kind).replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()
}

function written(part: By): string {
  if ('field' in part) return `{ ${part.kind}: "${part.field}" }`
  if (part.kind === 'code') return `{ use: "${part.use}" }`
  return part.kind === 'prefix' ? `{ prefix: ${part.ipv4} }` : `"${nameOf(part)}"`
}

function checkEverywhere(limit: LimitOptions): Finding[] {
  if (!countsBody(limit)) return []
  return [
    {
      code: 'limit-body-everywhere',
      severity: 'warning',
      path: [limit.name, 'by'],
      message:
        'This counts by a field of the body on every route: requests without it, all GETs too, are answered 400.',
      write: `routes: { "POST /auth/login": { limits: { ${limit.name}: … } } }, on the routes that have the field`,
    },
  ]
}

/** Whether secrets are guessed on a route, `POST /auth/login`, as far as its name tells. */
export function takesSecrets(key: string): boolean {
  return !READS.test(key) && GUESSED.test(key.slice(key.indexOf(' ') + 1))
}

function checkGuessed(key: string, enforced: readonly LimitOptions[]): Finding[] {
  if (!takesSecrets(key)) return []
  const strict = enforced.filter(
    ({ by, quota, windowMs, burst }) => by.length === 1 && quota / windowMs <= GUESSES.perMs && burst <= GUESSES.burst,
  )
  if (!strict.some((each) => !countsBody(each))) {
    return [
      {
        code: 'limit-guessing',
        severity: 'critical',
        path: [],
        message:
          'By its name this route takes secrets or sends mail, and one address may try it as often as any other.',
        write:
          'limits: { login: { rate: "5/15m", by: "address" }, login-email: { rate: "5/15m", by: { body: "email" } } }',
      },
    ]
  }
  if (strict.some(countsBody)) return []
  return [
    {
      code: 'limit-guessing-distributed',
      severity: 'warning',
      path: [],
      message:
        'By its name this route takes secrets or sends mail; many addresses against one account are not limited.',
      write: 'limits: { login-email: { rate: "5/15m", by: { body: "email" } } }, with the field that names the account',
    },
  ]
}
