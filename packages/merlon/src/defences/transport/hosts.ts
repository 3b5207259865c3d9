import { type HostEntry, parseHost } from './parse-host.ts'

/** Hosts that are served, ready for the comparison. */
export interface Hosts {
  /** Whether there is a list at all. */
  readonly any: boolean
  /** @param host a Host header, `api.example.com:8443`; undefined where there is none */
  readonly admits: (host: string | undefined) => boolean
}

type Report = (index: number, expected: string) => void

/** Ports by name: of the host itself, and of the domain whose hosts are all served. */
type Ports = Map<string, Set<string>>

/** What comes without a port in an address of either scheme; some clients write the usual port out. */
const USUAL = ['', '80', '443']

export function compileHosts(hosts: readonly string[], report: Report): Hosts {
  const names: Ports = new Map()
  const domains: Ports = new Map()
  for (const [index, written] of hosts.entries()) {
    // A variable can hold a list.
    const texts = written.split(/[\s,]+/).filter(Boolean)
    if (texts.length === 0) report(index, 'a host such as "api.example.com"')
    for (const text of texts) {
      const entry = parseHost(text)
      if (typeof entry === 'string') report(index, entry)
      else take(entry.wildcard ? domains : names, entry)
    }
  }
  const exact = ready(names)
  return {
    any: hosts.length === 0,
    admits: (host) => host !== undefined && (exact.has(host) || fits(host.toLowerCase(), names, domains)),
  }
}

function take(ports: Ports, { name, port }: HostEntry): void {
  const taken = ports.get(name) ?? new Set()
  ports.set(name, taken)
  for (const each of port === undefined ? USUAL : [port]) taken.add(each)
}

/** Nearly every request writes its host as the policy does: these are compared as they come. */
function ready(names: Ports): ReadonlySet<string> {
  const all = new Set<string>()
  for (const [name, ports] of names) for (const port of ports) all.add(port === '' ? name : `${name}:${port}`)
  return all
}

function fits(host: string, names: Ports, domains: Ports): boolean {
  const { name, port } = splitHost(host)
  if (takes(names.get(name), port)) return true
  const dot = name.indexOf('.')
  return dot > 0 && takes(domains.get(name.slice(dot + 1)), port)
}

function takes(ports: ReadonlySet<string> | undefined, port: string): boolean {
  return ports !== undefined && (ports.has(port) || (ports.has('*') && (port === '' || /^\d{1,5}$/.test(port))))
}

/** `:` with nothing behind it is no port here, and none that a list can name. */
export function splitHost(host: string): { readonly name: string; readonly port: string } {
  const colon = host.lastIndexOf(':')
  if (colon < 0 || colon < host.lastIndexOf(']')) return { name: host, port: '' }
  return { name: host.slice(0, colon), port: host.slice(colon + 1) || ':' }
}
