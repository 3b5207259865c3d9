import type { Client } from '../../contract/facts.ts'

/**
 * The network of this length that the client's address lies in, `192.0.2.0/24`. Addresses are canonical already, IPv4 as
 * four numbers and IPv6 as RFC 5952 has it; one that is not known is in a network with all that are not.
 */
export function networkOf({ address, prefix, family }: Client, ipv4: number, ipv6: number): string {
  if (family === 4) return `${ipv4Network(address === '' ? prefix : address, ipv4)}/${ipv4}`
  if (family === 6) return `${ipv6Network(address === '' ? (prefix.split('/')[0] ?? '') : address, ipv6)}/${ipv6}`
  return ''
}

function ipv4Network(text: string, bits: number): string {
  const octets = text.split('.').map(Number)
  return octets.map((octet, at) => octet & maskOf(bits - at * 8, 8)).join('.')
}

/** Groups in hex, none left out: it is a key, and no address to be shown. */
function ipv6Network(text: string, bits: number): string {
  const [before = '', after] = text.split('::')
  const groups = (half: string) => (half === '' ? [] : half.split(':'))
  const [head, tail] = [groups(before), groups(after ?? '')]
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return [...head, ...gap, ...tail]
    .map((group, at) => (Number.parseInt(group, 16) & maskOf(bits - at * 16, 16)).toString(16))
    .join(':')
}

function maskOf(bits: number, width: number): number {
  if (bits <= 0) return 0
  const whole = 2 ** width - 1
  return bits >= width ? whole : whole & ~(whole >> bits)
}
