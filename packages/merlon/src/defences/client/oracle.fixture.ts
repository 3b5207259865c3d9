/**
 * What the client address has to be, worked out once more in the plainest way: whole lists, big integers, regular
 * expressions. It shares nothing with what it judges.
 */

interface Plain {
  readonly family: 4 | 6
  readonly value: bigint
}

export type Outcome = { readonly client: string } | { readonly hiddenBehind: string } | 'malformed'

const DECIMAL = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const IPV4 = new RegExp(`^${DECIMAL}\\.${DECIMAL}\\.${DECIMAL}\\.${DECIMAL}$`)

function plainIpv4(text: string): bigint | undefined {
  const match = IPV4.exec(text)
  return match?.slice(1, 5).reduce((sum, octet) => sum * 256n + BigInt(octet), 0n)
}

function groups(text: string): string[] | undefined {
  if (text === '') return []
  const found: string[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) found.push(part)
    else if (at === parts.length - 1 && plainIpv4(part) !== undefined) {
      const hex = (plainIpv4(part) ?? 0n).toString(16).padStart(8, '0')
      found.push(hex.slice(0, 4), hex.slice(4))
    } else return undefined
  }
  return found
}

export function plainAddress(text: string): Plain | undefined {
  const ipv4 = plainIpv4(text)
  if (ipv4 !== undefined) return { family: 4, value: ipv4 }
  const zoned = /^([^%]*)%[0-9a-zA-Z._~-]+$/.exec(text)
  const bare = zoned?.[1] ?? text
  const halves = bare.split('::')
  if (halves.length > 2 || !bare.includes(':')) return undefined
  const left = groups(halves[0] ?? '')
  const right = groups(halves[1] ?? '')
  if (!left || !right || (halves.length === 2 && (halves[0] ?? '').includes('.'))) return undefined
  const missing = 8 - left.length - right.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const all = [...left, ...Array<string>(missing).fill('0'), ...right]
  const value = all.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n)
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value }
}

export function plainText(address: Plain): string {
  if (address.family === 4) return [24n, 16n, 8n, 0n].map((shift) => (address.value >> shift) & 255n).join('.')
  const all = Array.from({ length: 8 }, (_, at) => ((address.value >> BigInt(112 - at * 16)) & 0xffffn).toString(16))
  let best = { at: 0, length: 1 }
  for (let at = 0; at < 8; at++) {
    let length = 0
    while (all[at + length] === '0') length++
    if (length > best.length) best = { at, length }
  }
  if (best.length === 1) return all.join(':')
  return `${all.slice(0, best.at).join(':')}::${all.slice(best.at + best.length).join(':')}`
}

/** The canonical text of an address; empty where it is none. */
export function plainly(text: string): string {
  const plain = plainAddress(text)
  return plain ? plainText(plain) : ''
}

export function plainlyWithin(address: Plain, cidr: string): boolean {
  const [base = '', bits = ''] = cidr.split('/')
  const network = plainAddress(base)
  if (!network || network.family !== address.family) return false
  const width = address.family === 4 ? 32 : 128
  const shift = BigInt(width - (bits === '' ? width : Number(bits)))
  return address.value >> shift === network.value >> shift
}

type Named = { readonly address: Plain } | 'hidden' | undefined

function named(node: string): Named {
  const port = '(?::(?:[0-9]{1,5}|_[0-9a-zA-Z._-]+))?'
  if (new RegExp(`^(?:unknown|_[0-9a-zA-Z._-]+)${port}$`, 'i').test(node)) return 'hidden'
  const bracketed = new RegExp(`^\\[([^\\]]*:[^\\]]*)\\]${port}$`).exec(node)
  const dotted = new RegExp(`^([0-9.]*)${port}$`).exec(node)
  const address = plainAddress(bracketed?.[1] ?? dotted?.[1] ?? node)
  return address && { address }
}

function namedInList(element: string): Named {
  const quoted = /^"(.*)"$/s.exec(element)
  return named(quoted?.[1] ?? element)
}

const PAIR = /^([!#$%&'*+.^_`|~0-9a-zA-Z-]+)=(?:"((?:[^"\\]|\\[\s\S])*)"|((?:(?![",;=])[!-~])+))$/

/** The pairs of a well-formed element of Forwarded. */
function pairs(element: string): Map<string, string> | undefined {
  const found = new Map<string, string>()
  // Semicolons may stand in quotes.
  for (const part of element.match(/(?:"(?:[^"\\]|\\[\s\S])*"|[^";]|")+/g) ?? []) {
    const text = part.replace(/^[ \t]+|[ \t]+$/g, '')
    if (text === '') continue
    const match = PAIR.exec(text)
    if (!match) return undefined
    const name = (match[1] ?? '').toLowerCase()
    if (found.has(name) && (name === 'for' || name === 'proto')) return undefined
    found.set(name, match[2]?.replace(/\\([\s\S])/g, '$1') ?? match[3] ?? '')
  }
  return found
}

function namedInForwarded(element: string): Named {
  const found = pairs(element)
  if (!found) return undefined
  const node = found.get('for')
  return node === undefined ? 'hidden' : named(node)
}

/** All elements of the list, from the right. */
function elementsOf(list: string): string[] {
  return list.split(',').reverse()
}

/** The same for Forwarded: from the right, the shortest piece that is a whole element, else the rest as it is. */
function forwardedElementsOf(list: string): string[] {
  const pieces = list.split(',')
  const elements: string[] = []
  while (pieces.length > 0) {
    let count = 1
    while (count <= pieces.length && !pairs(pieces.slice(-count).join(','))) count++
    elements.push(pieces.splice(-Math.min(count, pieces.length)).join(','))
  }
  return elements
}

export interface Question {
  readonly header: 'x-forwarded-for' | 'forwarded'
  /** Declared by address. */
  readonly proxies: readonly string[]
  /** So many nearest hops are proxies, whoever they are. */
  readonly hops: number
  readonly peer: string
  readonly lines: readonly string[]
}

export function trueClient(question: Question): Outcome {
  const { header, proxies, hops, peer, lines } = question
  const isProxy = (address: Plain, hop: number) => hop < hops || proxies.some((cidr) => plainlyWithin(address, cidr))
  let last = plainAddress(peer)
  if (!last) throw new Error('the oracle wants peers with an address')
  if (!isProxy(last, 0)) return { client: plainText(last) }
  const list = lines.join(', ')
  const elements = (header === 'forwarded' ? forwardedElementsOf(list) : elementsOf(list)).map((each) =>
    each.replace(/^[ \t]+|[ \t]+$/g, ''),
  )
  for (const [index, element] of elements.entries()) {
    if (element === '') {
      return elements.slice(index).every((rest) => rest === '') ? { client: plainText(last) } : 'malformed'
    }
    const found = header === 'forwarded' ? namedInForwarded(element) : namedInList(element)
    if (found === undefined) return 'malformed'
    if (found === 'hidden') return { hiddenBehind: plainText(last) }
    last = found.address
    if (!isProxy(last, index + 1)) break
  }
  return { client: plainText(last) }
}
