import type { Finding } from '../../contract/finding.ts'
import { isAddress } from './by.ts'
import type { LimitOptions } from './options.ts'

/** Routes on which secrets are guessed, or mails are sent to whoever is named. */
const GUESSED =
  /(?:^|[/_-])(?:login|log-in|signin|sign-in|signup|sign-up|register|auth|token|password|passwd|forgot|otp|2fa|mfa|verify)(?=$|[/_-])/i
const READS = /^(?:GET|HEAD|OPTIONS)(?:,(?:GET|HEAD|OPTIONS))* /

/** Stricter than this a limit slows guessing down: one a minute, and twenty at once. */
const GUESSES = { perMs: 1 / 60_000, burst: 20 }

/** Whether secrets are guessed on a route, `POST /auth/login`, as far as its name tells. */
export function takesSecrets(key: string): boolean {
  return !READS.test(key) && GUESSED.test(key.slice(key.indexOf(' ') + 1))
}

/** A login that many addresses, or one, may try as often as they like. */
export function checkGuessed(key: string, enforced: readonly LimitOptions[]): Finding[] {
  if (!takesSecrets(key)) return []
  // What counts successes alone admits every wrong guess.
  const strict = enforced.filter(
    ({ by, counts, quota, windowMs, burst }) =>
      by.length === 1 && counts !== 'successes' && quota / windowMs <= GUESSES.perMs && burst <= GUESSES.burst,
  )
  const redirects = enforced.flatMap(checkRedirect)
  if (!strict.some(({ by }) => by.some(isAddress))) {
    return [
      {
        code: 'limit-guessing',
        severity: 'critical',
        path: [],
        message:
          'By its name this route takes secrets or sends mail, and one address may try it as often as any other.',
        write:
          'limits: login, or limits: { login: { rate: "5/15m", by: "address" }, login-email: { rate: "5/15m", by: { body: "email" } } }',
      },
    ]
  }
  if (strict.some(({ by }) => by.some((part) => 'field' in part || part.kind === 'code'))) return redirects
  return [
    ...redirects,
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

function checkRedirect({ name, success = [] }: LimitOptions): Finding[] {
  if (!success.some((status) => status === 3 || status >= 300)) return []
  return [
    {
      code: 'limit-success-redirect',
      severity: 'warning',
      path: [name, 'success'],
      message:
        'A redirect counts as success here. Where a wrong password is answered with one too, back to the form, no guess counts.',
      write: `limits.${name}: { counts: handler }, and refund() where somebody has signed in`,
    },
  ]
}
