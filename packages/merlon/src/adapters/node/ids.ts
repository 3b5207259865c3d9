/** Ids that are drawn one by one: most processes that answer so few have only just begun. */
const FIRST = 64

/** Ids that a batch of random bytes is enough for. */
const BATCH = 256
const DIGITS = 32

let drawn = 0
let digits = ''
let at = 0

/** The variant of RFC 9562 in the two upper bits of its digit, whatever was drawn for the others. */
const VARIANT = '89ab'

/**
 * A random UUID (RFC 9562 §5.4). `crypto.randomUUID` takes longer than most steps of a guard do together, and so they
 * are cut from one long text of random digits, each of which is used once.
 */
export function drawId(): string {
  if (drawn < FIRST) {
    drawn++
    return crypto.randomUUID()
  }
  if (at === digits.length) {
    // Loaded here: a start has no need of it.
    digits = process
      .getBuiltinModule('node:crypto')
      .randomBytes((BATCH * DIGITS) / 2)
      .toString('hex')
    at = 0
  }
  const from = at
  at = from + DIGITS
  const text = digits
  // Parts of so few characters are copies, and keep nothing of the long text.
  return `${text.slice(from, from + 8)}-${text.slice(from + 8, from + 12)}-4${text.slice(from + 13, from + 16)}-${
    VARIANT[Number.parseInt(text.slice(from + 16, from + 17), 16) & 3]
  }${text.slice(from + 17, from + 20)}-${text.slice(from + 20, at)}`
}
