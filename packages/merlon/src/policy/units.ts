import * as z from 'zod/mini'

/** Milliseconds in a unit of time. `M` is left out on purpose: it means minutes to some and months to others. */
const TIME = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Bytes in a unit of size; powers of 1024, as in body-parser and nginx. */
const SIZE = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const BYTES = /^(\d+(?:\.\d+)?)(b|kb|mb|gb)$/
const RATE = /^(\d+)\/(\d+(?:\.\d+)?)?(ms|s|m|h|d)$/

/** `15m` to milliseconds; undefined where it is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (!match) return undefined
  const ms = Number(match[1]) * TIME[match[2] as keyof typeof TIME]
  return Number.isSafeInteger(ms) ? ms : undefined
}

/** `100kb` to bytes; undefined where it is not a size. */
export function parseBytes(text: string): number | undefined {
  const match = BYTES.exec(text)
  if (!match) return undefined
  const bytes = Number(match[1]) * SIZE[match[2] as keyof typeof SIZE]
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

export interface Rate {
  readonly quota: number
  readonly windowMs: number
}

/** `5/15m` to a quota and a window; `100/m` is `100/1m`. Undefined where it is not a rate. */
export function parseRate(text: string): Rate | undefined {
  const match = RATE.exec(text)
  if (!match) return undefined
  const windowMs = parseDuration(`${match[2] ?? '1'}${match[3]}`)
  const quota = Number(match[1])
  if (windowMs === undefined || windowMs === 0 || quota === 0 || !Number.isSafeInteger(quota)) return undefined
  return { quota, windowMs }
}

/** Every unit says what it expected in one phrase, which the mistake prints after "expected". */
const DURATION_EXPECTED = 'a duration with its unit, such as "500ms", "30s", "15m", "1h" or "30d"'
const BYTES_EXPECTED = 'a size with its unit, such as "512b", "100kb" or "10mb"'
const RATE_EXPECTED = 'a rate such as "100/15m" or "5/1s"'

/** A schema for text that stands for something else; `parse` gives undefined where the text does not fit. */
function fromText<T>(
  pattern: RegExp,
  expected: string,
  parse: (text: string) => T | undefined,
): z.ZodMiniType<T, string> {
  return z.pipe(
    z.string({ error: expected }).check(z.regex(pattern, { error: expected })),
    z.transform((text: string, context): T => {
      const value = parse(text)
      if (value !== undefined) return value
      context.issues.push({ code: 'custom', message: expected, input: text })
      return z.NEVER
    }),
  )
}

/** A number's range, said in the unit's own words. */
export interface Range {
  readonly min?: string
  readonly max?: string
}

function within(parse: (text: string) => number | undefined, range: Range, expected: string) {
  const min = range.min === undefined ? 0 : (parse(range.min) as number)
  const max = range.max === undefined ? Number.MAX_SAFE_INTEGER : (parse(range.max) as number)
  const said = `${expected}${range.min ? `, at least "${range.min}"` : ''}${range.max ? `, at most "${range.max}"` : ''}`
  return z.refine<number>((value) => value >= min && value <= max, { error: said })
}

/** `15m` in the policy, milliseconds after it. */
export function duration(range: Range = {}): z.ZodMiniType<number, string> {
  return fromText(DURATION, DURATION_EXPECTED, parseDuration).check(within(parseDuration, range, DURATION_EXPECTED))
}

/** `100kb` in the policy, bytes after it. */
export function bytes(range: Range = {}): z.ZodMiniType<number, string> {
  return fromText(BYTES, BYTES_EXPECTED, parseBytes).check(within(parseBytes, range, BYTES_EXPECTED))
}

/** `5/15m` in the policy, `{ quota, windowMs }` after it. */
export function rate() {
  return fromText(RATE, RATE_EXPECTED, parseRate)
}

/** A whole number of things that have no unit: levels, keys, fields. */
export function count(min: number, max: number): z.ZodMiniType<number, number> {
  const error = `a whole number from ${min} to ${max}`
  return z.number({ error }).check(z.multipleOf(1, { error }), z.gte(min, { error }), z.lte(max, { error }))
}

/** One of a few words. */
export function word<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `one of ${words.map((each) => `"${each}"`).join(', ')}` })
}
