/** An entry of the list of hosts, read. */
export interface HostEntry {
  /** In lower case; with `wildcard`, what follows the one label that is left open. */
  readonly name: string
  readonly wildcard: boolean
  /** As in a Host header; `*` is any, and none stands for the usual ports. */
  readonly port: string | undefined
}

const ENTRY = /^(\*\.)?((?:[a-z0-9_-]+\.)*[a-z0-9_-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?$/

/** Reads an entry; a string is what was expected instead. */
export function parseHost(text: string): HostEntry | string {
  const lower = text.toLowerCase()
  const scheme = /^[a-z]+:\/\/([^/]*)/.exec(lower)
  if (scheme) return `a host without a scheme or path, such as "${scheme[1] || 'api.example.com'}"`
  if (lower === '*') return 'hosts by their names; where any host is right, leave "hosts" out'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what ASCII is
  if (/[^\u0000-\u007f]/.test(lower)) return 'a host in ASCII, as browsers send it, such as "xn--bcher-kva.example"'
  const match = ENTRY.exec(lower)
  const [, open, name = '', port] = match ?? []
  if (!match || (open !== undefined && name.startsWith('[')) || !isPort(port)) {
    return 'a host such as "api.example.com", "api.example.com:8443", "localhost:*", "*.example.com" or "[2001:db8::1]"'
  }
  return { name, wildcard: open !== undefined, port }
}

function isPort(port: string | undefined): boolean {
  return port === undefined || port === '*' || (Number(port) > 0 && Number(port) < 65_536 && !port.startsWith('0'))
}
