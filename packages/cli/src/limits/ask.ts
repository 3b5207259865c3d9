import { readFileSync } from 'node:fs'
import { UsageError } from '../failure.ts'

/** Where a running gateway listens to its operators, and the file with the token for it. */
export interface Desk {
  readonly admin: string
  readonly token: string
}

const ANSWER_MS = 10_000

/**
 * Asks a running gateway.
 *
 * @throws UsageError where nobody answers, or the gateway refuses: with its reason
 */
export async function ask(desk: Desk, method: string, path: string, asked: Record<string, string>): Promise<unknown> {
  const url = urlOf(desk.admin, path, asked)
  const headers = { authorization: `Bearer ${readToken(desk.token)}` }
  let response: Response
  try {
    response = await fetch(url, { method, headers, redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) })
  } catch {
    throw new UsageError(`no gateway answers at ${desk.admin}; start one (merlon serve), or name another with --admin`)
  }
  const body = (await response.json().catch(() => ({}))) as { readonly detail?: string }
  if (response.ok) return body
  const { detail = `it answered ${response.status}` } = body
  if (response.status === 404) {
    throw new UsageError(`${desk.admin} shows no limits: it was started with --admin-token off, or is no gateway`)
  }
  throw new UsageError(response.status === 401 ? `the token in ${desk.token} is not that gateway's: ${detail}` : detail)
}

function urlOf(admin: string, path: string, asked: Record<string, string>): URL {
  const base = URL.canParse(admin) ? new URL(admin) : undefined
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
    throw new UsageError(`--admin: expected an address such as http://127.0.0.1:9090, got ${JSON.stringify(admin)}`)
  }
  const url = new URL(path, base)
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  return url
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new UsageError(`${file} cannot be read: a gateway makes it when it starts; name another with --admin-token`)
  }
}
