/** Counts open connections by where they come from, so that no one place can take them all. */
export class PeerTable {
  readonly #max: number
  readonly #open = new Map<string, number>()

  /** @param max how many a place may have open */
  constructor(max: number) {
    this.#max = max
  }

  /** How many places have connections open. */
  get size(): number {
    return this.#open.size
  }

  /**
   * Takes a connection in.
   *
   * @param address what the socket says of its other end
   * @returns what to give to `leave` when it is closed, empty where it is not counted; undefined where it is one too many
   */
  enter(address: string | undefined): string | undefined {
    const place = placeOf(address)
    if (place === '') return place
    const open = this.#open.get(place) ?? 0
    if (open >= this.#max) return undefined
    this.#open.set(place, open + 1)
    return place
  }

  leave(place: string): void {
    const open = this.#open.get(place)
    if (open === undefined) return
    if (open > 1) this.#open.set(place, open - 1)
    else this.#open.delete(place)
  }
}

const MAPPED = '::ffff:'

/**
 * The IPv4 address, or the /64 of an IPv6 address, which is the least that a client has to itself; empty for this machine
 * and for what has no address.
 */
function placeOf(address: string | undefined): string {
  if (address === undefined || address === '::1') return ''
  const plain = address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address
  if (plain.startsWith('127.')) return ''
  return plain.includes('.') ? plain : networkOf(plain)
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const last = tail === '' ? 0 : tail.split(':').length
    while (groups.length + last < 8) groups.push('0')
  }
  return groups.slice(0, 4).join(':')
}
