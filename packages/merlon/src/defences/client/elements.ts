import { forwardedComma, readForwarded } from './forwarded.ts'
import { HIDDEN, readNode } from './node.ts'

/** How one forwarding header lists its hops. */
export interface Elements {
  /** Where the comma stands that begins the element which ends before `end`; -1 at the beginning of the list. */
  comma(list: string, end: number): number
  /**
   * The text of the address that an element names, still to be read; HIDDEN where the proxy withholds it; undefined
   * where the element cannot be understood.
   */
  node(element: string): string | undefined
}

/** `X-Forwarded-For: 192.0.2.1, 10.0.0.1` */
export const plainList: Elements = {
  // lastIndexOf takes a negative position for 0, and would find a comma there again and again.
  comma: (list, end) => (end <= 0 ? -1 : list.lastIndexOf(',', end - 1)),
  node: (element) => readNode(unquoted(element)),
}

/** `Forwarded: for=192.0.2.1;proto=https, for="[2001:db8::1]:443"` (RFC 7239 §4) */
export const forwardedList: Elements = {
  comma: forwardedComma,
  node(element) {
    const pairs = readForwarded(element)
    // A proxy need not say for whom it forwards (RFC 7239 §5.2).
    return pairs && (pairs.node === undefined ? HIDDEN : readNode(pairs.node))
  },
}

function unquoted(text: string): string {
  const quoted = text.length > 1 && text.startsWith('"') && text.endsWith('"')
  return quoted ? text.slice(1, -1) : text
}
