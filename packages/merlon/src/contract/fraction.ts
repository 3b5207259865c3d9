const DIGIT = 2 ** 16

/**
 * a·b/d as a whole number, rounded down or up, exact where the product is more than a double holds: long division by
 * digits of 16 bits.
 *
 * @param a whole, 0 to 2⁵³
 * @param b whole, 0 to 2³⁶
 * @param d whole, 1 to 2³⁶
 */
export function fractionOf(a: number, b: number, d: number, round: 'down' | 'up'): number {
  let quotient = 0
  let rest = 0
  if (a * b <= Number.MAX_SAFE_INTEGER) {
    quotient = Math.floor((a * b) / d)
    rest = a * b - quotient * d
  } else {
    for (let weight = DIGIT ** 3; weight >= 1; weight /= DIGIT) {
      const part = rest * DIGIT + (Math.floor(a / weight) % DIGIT) * b
      quotient = quotient * DIGIT + Math.floor(part / d)
      rest = part % d
    }
  }
  return round === 'up' && rest > 0 ? quotient + 1 : quotient
}
