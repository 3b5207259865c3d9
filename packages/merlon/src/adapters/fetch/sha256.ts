/** Fractions of the cube roots of the first 64 primes (FIPS 180-4 §4.2.2), and of the square roots of the first eight. */
const [K, INITIAL] = constants()

function constants(): readonly [Uint32Array, Uint32Array] {
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  const fraction = (root: number) => Math.floor((root - Math.floor(root)) * 2 ** 32)
  return [
    Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
    Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
  ]
}

/**
 * SHA-256, at once. Web Crypto only answers later, and a guard is built where nobody can wait: at the module scope of a
 * Worker. For keys at the start alone; what a request signs goes to Web Crypto.
 */
export function sha256(data: Uint8Array): Uint8Array {
  const blocks = ((data.length + 8) >> 6) + 1
  const padded = new DataView(new ArrayBuffer(blocks * 64))
  new Uint8Array(padded.buffer).set(data)
  padded.setUint8(data.length, 0x80)
  padded.setUint32(blocks * 64 - 8, Math.floor(data.length / 0x2000_0000))
  padded.setUint32(blocks * 64 - 4, data.length << 3)
  const state = INITIAL.slice()
  const words = new Uint32Array(64)
  for (let at = 0; at < blocks * 64; at += 64) compress(state, words, padded, at)
  const hash = new DataView(new ArrayBuffer(32))
  for (const [at, word] of state.entries()) hash.setUint32(at * 4, word)
  return new Uint8Array(hash.buffer)
}

/** FIPS 180-4 §6.2.2. */
function compress(state: Uint32Array, w: Uint32Array, block: DataView, from: number): void {
  for (let t = 0; t < 16; t++) w[t] = block.getUint32(from + t * 4)
  for (let t = 16; t < 64; t++) {
    const [x, y] = [of(w, t - 15), of(w, t - 2)]
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
    w[t] = of(w, t - 16) + s0 + of(w, t - 7) + s1
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const first = (h + s1 + ((e & f) ^ (~e & g)) + of(K, t) + of(w, t)) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = of(state, at) + value
}

const of = (list: Uint32Array, at: number) => list[at] as number
const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by))
