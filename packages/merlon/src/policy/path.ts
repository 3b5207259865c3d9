import { quote } from './quote.ts'

/** Where something stands in a policy: `['routes', 'POST /auth/login', 'limits', 'login', 'burst']`. */
export type Path = readonly (string | number)[]

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/

/** `routes["POST /auth/login"].limits.login.burst`; empty for the whole policy. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!PLAIN_KEY.test(step)) text += `[${quote(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}
