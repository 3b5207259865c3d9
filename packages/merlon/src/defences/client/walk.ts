import { isEmptyList, trimmed } from './blanks.ts'
import type { Book, Known } from './book.ts'
import type { Elements } from './elements.ts'
import { HIDDEN, readNode } from './node.ts'

/** A chain of declared proxies that is longer than this is a loop, or bait. */
const MOST_HOPS = 32

/** No proxy writes more of one hop; what is longer is not even parsed. */
const LONGEST_ELEMENT = 2048

/** Where a walk ended. */
export interface Walked {
  readonly client: Known
  /** The element that named the client; empty where none did. */
  readonly element: string
}

/** Why a walk could not end, for the log. */
export interface Stuck {
  readonly stuck: string
}

/**
 * Walks a list of hops from the right, where the nearest proxy wrote, and goes on only while the hop that wrote the
 * next element is a proxy. The first hop that is none is the client; what stands left of it is the client's own
 * invention, and is never looked at.
 *
 * - `unknown`, `_name` and an element without an address end the walk: the client is someone behind that proxy.
 * - An element that cannot be read was written by a proxy that we trust, so no guess is made.
 * - A list that ends while all its hops are proxies leaves the farthest of them as the client.
 */
export function walk(list: string, elements: Elements, peer: Known, book: Book): Walked | Stuck {
  let hop = peer
  let element = ''
  let end = list.length
  for (let hops = 1; hops <= MOST_HOPS; hops++) {
    const comma = elements.comma(list, end)
    const text = trimmed(list, comma + 1, end)
    if (text === '') {
      // Nothing but commas is an empty list (RFC 9110 §5.6.1.2). An empty element with others before it is the place
      // where a proxy should have written an address: to skip it would let the client choose instead.
      if (isEmptyList(list, comma)) return { client: hop, element }
      return { stuck: 'an element is empty' }
    }
    if (text.length > LONGEST_ELEMENT) return { stuck: 'an element is too long' }
    const node = elements.node(text)
    if (node === HIDDEN) return { client: book.hiddenBehind(hop), element: text }
    const next = node === undefined ? undefined : book.find(node)
    if (!next) return { stuck: `the element ${quote(text)} cannot be read` }
    hop = next
    element = text
    if (comma < 0 || !(hop.declared || hops < peer.hops)) return { client: hop, element }
    end = comma
  }
  return { stuck: `more than ${MOST_HOPS} proxies in a row` }
}

/** A header that holds one address. */
export function readSingle(value: string, peer: Known, book: Book): Walked | Stuck {
  const text = trimmed(value, 0, value.length)
  if (text === '') return { client: peer, element: '' }
  const node = readNode(text)
  if (node === HIDDEN) return { client: book.hiddenBehind(peer), element: text }
  const client = node === undefined ? undefined : book.find(node)
  return client ? { client, element: text } : { stuck: `the value ${quote(text)} is not one address` }
}

/** What a proxy wrote may hold what a client wrote: cut, and safe in any log. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
