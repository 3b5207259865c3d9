import type { Finding } from '../../contract/finding.ts'
import { type By, nameOf, sayPart } from './by.ts'
import { checkGuessed } from './check-guessing.ts'
import { checkRecognition } from './check-principal.ts'
import { effectiveMode } from './fold.ts'
import type { LimitOptions, LimitsOptions } from './options.ts'
import { countsBody } from './stands.ts'

/** More than this is no limit for most servers. */
const LARGE = { perMs: 100 / 1000, burst: 10_000 }

export function checkLimits(
  options: LimitsOptions,
  _production: boolean,
  scope: 'policy' | 'route' = 'policy',
  key = '*',
  policy: Readonly<Record<string, unknown>> = {},
): readonly Finding[] {
  const enforced = options.limits.filter((each) => effectiveMode(options.mode, each.mode) === 'enforce')
  const own = scope === 'policy' ? options.limits : options.limits.filter(({ of }) => of !== '*')
  return [
    ...checkNone(options, enforced, scope),
    ...own.flatMap((each) => checkSize(each)),
    ...own.filter((each) => enforced.includes(each)).flatMap((each) => checkPair(each, enforced)),
    ...checkChosen(enforced),
    ...own.filter((each) => enforced.includes(each)).flatMap(checkOpen),
    ...checkRecognition(own, policy),
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

function checkSize({ name, quota, windowMs, burst, cost }: LimitOptions): Finding[] {
  if (cost === 'bytes') return []
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

/** A field that the client writes has a fresh counter for every value. */
function checkChosen(enforced: readonly LimitOptions[]): Finding[] {
  const [first] = enforced
  if (first === undefined || !enforced.every(({ by }) => by.every((part) => 'field' in part))) return []
  return [
    {
      code: 'limit-chosen-only',
      severity: 'critical',
      path: [first.name, 'by'],
      message: 'All that is counted by here is what the client writes: whoever writes another value starts anew.',
      write: 'limits.general: "100/15m", by address, beside it',
    },
  ]
}

function checkOpen({ name, onFailure }: LimitOptions): Finding[] {
  if (onFailure !== 'open') return []
  return [
    {
      code: 'limit-open',
      severity: 'warning',
      path: [name, 'onFailure'],
      message:
        'While the store does not answer this admits everything: whoever can slow the store down is not limited.',
      write: `limits.${name}.onFailure: local`,
    },
  ]
}

function checkEverywhere(limit: LimitOptions): Finding[] {
  const field = limit.by.find((part) => 'field' in part && part.kind !== 'body')
  if (field !== undefined && !countsBody(limit)) {
    return [
      {
        code: 'limit-field-everywhere',
        severity: 'warning',
        path: [limit.name, 'by'],
        message: `This counts by the ${sayPart(field)} on every route: requests without it are answered 400, health checks too.`,
        write: `routes: { "GET /reports": { limits: { ${limit.name}: … } } }, on the routes that have it`,
      },
    ]
  }
  if (!limit.by.some(({ kind }) => kind === 'body')) return []
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
