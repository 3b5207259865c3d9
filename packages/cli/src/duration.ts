import { InvalidArgumentError } from 'commander'

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** A flag's duration, `10s`, in milliseconds. A bare number is refused: it means seconds to some and more to others. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  const ms = match === null ? Number.NaN : Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
  if (Number.isInteger(ms) && ms > 0 && ms <= 0x7fffffff) return ms
  throw new InvalidArgumentError('It has to be a duration with its unit, such as "500ms", "10s" or "5m".')
}
