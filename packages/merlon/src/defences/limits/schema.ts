import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { count, duration, word } from '../../policy/units.ts'
import { by } from './by.ts'
import { type LimitsOptions, MODES, MOST } from './options.ts'
import { penalty, readPenalty } from './penalty.ts'
import { presets } from './presets.generated.ts'
import { rateText } from './rates.ts'
import { readLimit, type Tell } from './read-limit.ts'
import { switches, zone } from './schedule.ts'

const HEALTH = ['/health', '/healthz', '/livez', '/readyz']
const PATH_EXPECTED = 'a path to the letter, such as "/health"'
const SUCCESS_EXPECTED = '"2xx", "3xx", or statuses from 200 to 399'
const PRESET_EXPECTED = `one of ${Object.keys(presets)
  .map((each) => `"${each}"`)
  .join(', ')}, or such as { name: "login", account: { body: "username" } }`
const COST_EXPECTED = `a whole number from 1 to ${MOST}, "bytes" or "operations"`

function success() {
  const one = z.pipe(
    z.union([z.enum(['2xx', '3xx']), count(200, 399)], { error: SUCCESS_EXPECTED }),
    z.transform((status) => (status === '2xx' ? 2 : status === '3xx' ? 3 : status)),
  )
  return z.pipe(
    z.union([z.array(one).check(z.minLength(1, { error: SUCCESS_EXPECTED })), one], { error: SUCCESS_EXPECTED }),
    z.transform((given) => [...new Set(Array.isArray(given) ? given : [given])].sort((a, b) => a - b)),
  )
}

function limit() {
  const flag = () => z.boolean({ error: 'true or false' })
  const tier = z.string().check(z.regex(/^[\w.-]{1,64}$/, { error: 'the name of a tier, such as "pro"' }))
  return z.strictObject(
    {
      rate: z.optional(rateText()),
      by: z.optional(by()),
      algorithm: z.optional(word(['gcra', 'sliding-window', 'fixed-window', 'strict'])),
      strict: z.optional(flag()),
      zone: z.optional(zone()),
      burst: z.optional(count(1, MOST)),
      cost: z.optional(z.union([count(1, MOST), z.enum(['bytes', 'operations'])], { error: COST_EXPECTED })),
      tiers: z.optional(
        z.record(tier, rateText(), { error: 'rates by tier, such as { free: "10/1m", pro: "100/1m" }' }),
      ),
      when: z.optional(switches()),
      counts: z.optional(word(['all', 'failures', 'successes', 'handler'])),
      success: z.optional(success()),
      known: z.optional(
        z.union([duration({ min: '1m', max: '366d' }), z.literal(false)], {
          error: 'a duration such as "90d", or false',
        }),
      ),
      authentication: z.optional(flag()),
      counting: z.optional(word(['exact', 'leased'])),
      onFailure: z.optional(word(['local', 'open', 'closed'])),
      mode: z.optional(word(MODES)),
    },
    { error: 'a rate such as "5/15m", a limit such as { rate: "5/15m", by: "address" }, "observe" or "off"' },
  )
}

/** A limit whose settings are read one by one. */
export type ReadLimit = z.output<ReturnType<typeof limit>>

function section() {
  const path = z.string({ error: PATH_EXPECTED }).check(z.regex(/^\/[^\s?#*:]*$/, { error: PATH_EXPECTED }))
  const name = word(Object.keys(presets) as [string, ...string[]])
  return z.catchall(
    z.object(
      {
        mode: z._default(word(MODES), 'enforce'),
        headers: z._default(word(['standard', 'legacy', 'both', 'off']), 'standard'),
        skip: z._default(z.array(path, { error: 'a list of paths, such as ["/health"]' }), HEALTH),
        partition: z.optional(z.boolean({ error: 'true or false' })),
        preset: z.optional(z.union([name, z.strictObject({ name, account: by() })], { error: PRESET_EXPECTED })),
        penalty: z.optional(penalty()),
      },
      { error: 'limits by their names, such as { general: "100/15m" }; a rate such as "100/15m"; "observe" or "off"' },
    ),
    limit(),
  )
}

export const limitsSchema = once(
  (): z.ZodMiniType<LimitsOptions> =>
    z.pipe(
      section(),
      z.transform((written, context): LimitsOptions => {
        const { mode, headers, skip, partition, preset, penalty, ...limits } = written
        const tell: Tell = (at, expected, input) =>
          context.issues.push({ code: 'custom', path: [...at], message: expected, input })
        const named = Object.entries({ general: {}, ...limits } as Record<string, ReadLimit>)
        const read = named.flatMap(([name, each]) => readLimit(name, each, tell) ?? [])
        const banned = readPenalty(penalty, tell)
        return {
          mode,
          headers,
          skip: [...new Set(skip)].sort(),
          limits: read.sort((a, b) => (a.name < b.name ? -1 : 1)),
          ...(partition && { partition: true as const }),
          ...(banned && { penalties: [banned] }),
        }
      }),
    ),
)
