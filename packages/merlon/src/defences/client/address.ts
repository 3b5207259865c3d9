import ipaddr from 'ipaddr.js'

/** An address as integers, most significant first: one word of 32 bits for IPv4, four for IPv6. */
export type Words = readonly number[]

/** Longer text is no address, zone included; looked at before any work is done. */
const LONGEST = 64

const HEX_AND_COLONS = /^[0-9a-fA-F:]{2,39}$/
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

function readIpv6(text: string): Words | undefined {
  // The dotted tail is read here: ipaddr.js takes octal and hex in it, and makes `::127.0.0.1`, which RFC 4291
  // §2.5.5.1 keeps apart, a mapped address.
  const native = text.includes('.') ? withoutDots(text) : text
  if (native === undefined || !HEX_AND_COLONS.test(native)) return undefined
  let parts: number[]
  try {
    parts = ipaddr.IPv6.parse(native).parts
  } catch {
    return undefined
  }
  const [a, b, c, d] = [join(parts, 0), join(parts, 2), join(parts, 4), join(parts, 6)]
  return a === 0 && b === 0 && c === 0xffff ? [d] : [a, b, c, d]
}

function withoutDots(text: string): string | undefined {
  const tail = text.lastIndexOf(':') + 1
  const word = readIpv4(text.slice(tail))
  if (word === undefined) return undefined
  return `${text.slice(0, tail)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`
}

function join(parts: readonly number[], at: number): number {
  return (parts[at] ?? 0) * 0x10000 + (parts[at + 1] ?? 0)
}

/** Canonical text: dotted decimal, or RFC 5952. */
export function addressText(words: Words): string {
  if (words.length === 1) {
    const word = words[0] ?? 0
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
  }
  return new ipaddr.IPv6(words.flatMap((word) => [word >>> 16, word & 0xffff])).toRFC5952String()
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
