import * as z from 'zod/mini'
import type { Defence, Section } from '../contract/defence.ts'
import { bytes, count, duration, rate, word } from '../policy/units.ts'

/** Small defences with every trait that a section can have, for tests of how a policy is read. */

const mode = z._default(word(['enforce', 'observe', 'off']), 'enforce')

const off = (written: unknown): unknown => (written === false || written === 'off' ? { mode: 'off' } : written)

function fake<C>(name: string, section: Section<C>): Defence<unknown> {
  const defence: Defence<C> = { name, section, steps: [], compile: () => ({}), check: () => [] }
  return defence as Defence<never> as Defence<unknown>
}

const whole = z.pipe(
  z.strictObject({
    mode,
    body: z._default(bytes({ max: '10mb' }), '100kb' as unknown as number),
    json: z._default(z.strictObject({ depth: z._default(count(1, 100), 20) }), { depth: 20 }),
  }),
  z.transform(({ body, ...rest }) => ({ ...rest, maxBytes: typeof body === 'string' ? 102_400 : body })),
)

const fakeSize = fake<z.infer<typeof whole>>('size', {
  schema: () => whole,
  desugar: (written) => (typeof written === 'string' && /^\d/.test(written) ? { body: written } : off(written)),
  inRoute: 'all',
  fold: (base, route) => ({ ...route, maxBytes: Math.min(base.maxBytes, route.maxBytes) }),
})

const origins = z.strictObject({
  mode,
  origins: z._default(z.array(z.string({ error: 'an origin such as "https://app.example"' })), []),
  credentials: z._default(z.boolean(), false),
  cache: z._default(z.union([z.literal('off'), duration()]), 'off'),
  secret: z.optional(z.string().check(z.minLength(8))),
})

const fakeCors = fake<z.infer<typeof origins>>('cors', {
  schema: () => origins,
  desugar: (written) => (Array.isArray(written) ? { origins: written } : off(written)),
  inRoute: ['mode', 'origins', 'credentials'],
  fold: (_base, route) => route,
})

const limit = z.strictObject({ mode, rate: rate(), burst: z.optional(count(1, 1000)) })
const limits = z.strictObject({
  mode,
  each: z._default(z.record(z.string().check(z.regex(/^[a-z]+$/, { error: 'a word of small letters' })), limit), {}),
})

const fakeLimits = fake<z.infer<typeof limits>>('limits', {
  schema: () => limits,
  desugar: (written) => {
    if (typeof written !== 'object' || written === null) return off(written)
    const { each, ...rest } = written as { each?: unknown }
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return written
    const named = Object.entries(each).map(([name, value]) => [
      name,
      typeof value === 'string' ? { rate: value } : off(value),
    ])
    return { ...rest, each: Object.fromEntries(named) }
  },
  inRoute: 'all',
  fold: (base, route) => ({ ...route, each: { ...base.each, ...route.each } }),
})

const client = z.strictObject({
  proxies: z._default(z.array(z.union([z.literal('loopback'), z.string().check(z.regex(/^[\d.]+$|^\$/))])), [
    'loopback',
  ]),
})

const fakeClient = fake<z.infer<typeof client>>('client', {
  schema: () => client,
  desugar: (written) => written,
  inRoute: 'none',
  fold: (base) => base,
})

export const fakeDefences = [fakeClient, fakeLimits, fakeSize, fakeCors]
