/** An address as integers, most significant first: one word of 32 bits for IPv4, four for IPv6. */
export type Words = readonly number[]

/** Longer text is no address, zone included; looked at before any work is done. */
const LONGEST = 64

const GROUP = /^[0-9a-fA-F]{1,4}$/
const GROUPS = 8
const ZONE = /^[0-9a-zA-Z._~-]+$/

const DOT = 46
const ZERO = 48
const NINE = 57

/**
 * The one way text becomes an address, for policies, peers and headers alike. IPv4 is four decimal numbers: what
 * `inet_aton` also takes (`0177.0.0.1`, `0x7f.1`, `127.1`) means another address to the next reader, so it is none
 * here. Mapped IPv4 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is the IPv4 address, or a list of IPv4 ranges could be
 * passed by spelling. A zone (`fe80::1%eth0`, RFC 4007 §11) means something on this machine alone and is dropped.
 */
export function readAddress(text: string): Words | undefined {
  if (text.length > LONGEST) return undefined
  if (!text.includes(':')) {
    const word = readIpv4(text)
    return word === undefined ? undefined : [word]
  }
  const percent = text.indexOf('%')
  if (percent < 0) return readIpv6(text)
  return ZONE.test(text.slice(percent + 1)) ? readIpv6(text.slice(0, percent)) : undefined
}

function readIpv4(text: string): number | undefined {
  let word = 0
  let octet = 0
  let digits = 0
  let octets = 0
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? DOT : text.charCodeAt(at)
    if (code === DOT) {
      if (digits === 0 || octet > 255) return undefined
      word = word * 256 + octet
      octet = digits = 0
      octets++
    } else {
      const leadingZero = digits > 0 && octet === 0
      if (code < ZERO || code > NINE || leadingZero || digits === 3) return undefined
      octet = octet * 10 + code - ZERO
      digits++
    }
  }
  return octets === 4 ? word : undefined
}

/** RFC 4291 §2.2: eight groups, where `::` stands for one of zeros or more, once. */
function readIpv6(text: string): Words | undefined {
  const native = text.includes('.') ? withoutDots(text) : text
  const [head, tail, ...more] = native?.split('::') ?? []
  if (head === undefined || more.length > 0) return undefined
  const left = readGroups(head)
  const right = readGroups(tail ?? '')
  if (!left || !right) return undefined
  const missing = GROUPS - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...left, ...new Array<number>(missing).fill(0), ...right]
  const [a, b, c, d] = [join(groups, 0), join(groups, 2), join(groups, 4), join(groups, 6)]
  // `::127.0.0.1` is no mapped address (RFC 4291 §2.5.5.1).
  return a === 0 && b === 0 && c === 0xffff ? [d] : [a, b, c, d]
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  return groups.every((each) => GROUP.test(each)) ? groups.map((each) => Number.parseInt(each, 16)) : undefined
}

function withoutDots(text: string): string | undefined {
  const tail = text.lastIndexOf(':') + 1
  const word = readIpv4(text.slice(tail))
  if (word === undefined) return undefined
  return `${text.slice(0, tail)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`
}

function join(groups: readonly number[], at: number): number {
  return (groups[at] ?? 0) * 0x10000 + (groups[at + 1] ?? 0)
}

/** Canonical text: dotted decimal, or RFC 5952. */
export function addressText(words: Words): string {
  if (words.length === 1) {
    const word = words[0] ?? 0
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
  }
  return ipv6Text(words.flatMap((word) => [word >>> 16, word & 0xffff]))
}

/** RFC 5952 §4: the longest run of zeros is left out, the first of equals, and never a single one. */
function ipv6Text(groups: readonly number[]): string {
  let longest = 1
  let after = 0
  for (let at = 0, run = 0; at < GROUPS; at++) {
    run = groups[at] === 0 ? run + 1 : 0
    if (run <= longest) continue
    longest = run
    after = at + 1
  }
  const written = groups.map((each) => each.toString(16))
  if (after === 0) return written.join(':')
  return `${written.slice(0, after - longest).join(':')}::${written.slice(after).join(':')}`
}

/** The network of `bits` that the address lies in: `192.0.2.0/24`, `2001:db8::/64`. */
export function networkText(words: Words, bits: number): string {
  return `${addressText(firstOf(words, bits))}/${bits}`
}

/** The lowest address of the network of `bits`. */
export function firstOf(words: Words, bits: number): Words {
  return words.map((word, index) => (word & maskOf(bits, index)) >>> 0)
}

/** The highest one. */
export function lastOf(words: Words, bits: number): Words {
  return words.map((word, index) => (word | ~maskOf(bits, index)) >>> 0)
}

/** The part of a network's mask that falls on the word at `index`. */
function maskOf(bits: number, index: number): number {
  const inWord = bits - index * 32
  if (inWord <= 0) return 0
  return inWord >= 32 ? 0xffffffff : (0xffffffff << (32 - inWord)) >>> 0
}
