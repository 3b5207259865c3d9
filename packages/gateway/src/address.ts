import { isIPv6 } from 'node:net'

/** An option that cannot be used: says which, what was given, and what to write instead. */
export class OptionError extends Error {
  override readonly name = 'OptionError'

  constructor(
    readonly option: string,
    expected: string,
    given: unknown,
  ) {
    super(`${option}: expected ${expected}, got ${JSON.stringify(given) ?? String(given)}`)
  }
}

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

const LISTEN_EXPECTED = 'an address and a port such as "127.0.0.1:8080", "0.0.0.0:8080" or "[::]:8080"'

/** `127.0.0.1:8080`, `localhost:0`, `[::1]:8080`; port 0 takes a free one. */
export function parseListen(option: string, text: string): ListenAddress {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port > 65_535 || (match?.[1] !== undefined && !isIPv6(host))) {
    throw new OptionError(option, LISTEN_EXPECTED, text)
  }
  return { host, port }
}

/** The address that a server got, as a URL that a client can use. */
export function addressUrl(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

const UPSTREAM_EXPECTED = 'the origin of the service to protect, such as "http://127.0.0.1:4000"'

/**
 * The service behind, as an origin. A path, a query or credentials are refused: they would be dropped, and what the
 * policy's routes are matched against would not be what the service sees.
 */
export function parseUpstream(option: string, given: string | URL): URL {
  let url: URL
  try {
    url = new URL(given)
  } catch {
    throw new OptionError(option, UPSTREAM_EXPECTED, given)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new OptionError(option, UPSTREAM_EXPECTED, given)
  if (url.username !== '' || url.password !== '') {
    // The given text is not repeated: it holds a password.
    throw new OptionError(option, `${UPSTREAM_EXPECTED}, without user and password`, `${url.protocol}//…@${url.host}`)
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new OptionError(option, `${UPSTREAM_EXPECTED}, without a path`, given)
  }
  return url
}
