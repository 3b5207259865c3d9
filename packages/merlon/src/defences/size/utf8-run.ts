/** Checks that characters beyond ASCII are UTF-8 (RFC 3629), in chunks that may cut one anywhere. */
export class Utf8Run {
  /** Continuation bytes still to come. */
  left = 0
  private low = 0x80
  private high = 0xbf

  /** Passes the characters beyond ASCII that begin at `from`; gives where they end, or -1 where they are not UTF-8. */
  skip(chunk: Uint8Array, from: number): number {
    const { length } = chunk
    let at = from
    while (at < length) {
      const byte = chunk[at] as number
      if (this.left > 0) {
        if (byte < this.low || byte > this.high) return -1
        this.low = 0x80
        this.high = 0xbf
        this.left--
      } else if (byte < 0x80) return at
      else if (!this.begin(byte)) return -1
      at++
    }
    return at
  }

  private begin(lead: number): boolean {
    if (lead < 0xc2 || lead > 0xf4) return false
    this.left = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    // Less would be a longer form of a shorter character; more would be a surrogate, or lie past U+10FFFF.
    this.low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    this.high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    return true
  }
}
