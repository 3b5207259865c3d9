import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { hasReference } from '../../policy/references.ts'
import { duration, word } from '../../policy/units.ts'
import { type Directive, type Directives, directiveNames } from './directives.ts'
import { isFieldName, NAME_EXPECTED } from './fields.ts'
import type { Permissions } from './permissions.ts'
import { presets, REVEALING } from './presets.ts'
import { type SimpleKey, type SimpleValues, simpleKeys, wordsOf } from './simple.ts'
import { wrongTexts } from './texts.ts'

export interface Hsts {
  readonly maxAgeSeconds: number
  readonly includeSubDomains: boolean
  readonly preload: boolean
}

/** The canonical section: the preset is filled in. */
export interface SecurityHeaders extends SimpleValues {
  readonly mode: 'enforce' | 'off'
  readonly csp: Directives | 'off'
  /** Policies that hold as well; only where a route and the policy are combined. */
  readonly cspAlso?: readonly Directives[]
  readonly cspReportOnly: Directives | 'off'
  readonly hsts: Hsts | 'off'
  readonly permissionsPolicy: Permissions | 'off'
  readonly reportingEndpoints: Readonly<Record<string, string>>
  readonly noStore: 'authenticated' | 'always' | 'off'
  readonly add: Readonly<Record<string, string>>
  /** In lower case. */
  readonly remove: readonly string[]
}

const off = () => z.literal('off')
const flag = (value: boolean) => z._default(z.boolean({ error: 'true or false' }), value)
const object = (expected: string) => ({ error: `"off", or ${expected}` })
const texts = (expected: string) =>
  z.union([off(), z.array(z.string({ error: 'a text' }), { error: expected })], { error: `${expected}, or "off"` })
const shape = <K extends string, T>(keys: readonly K[], of: (key: K) => T) =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Readonly<Record<K, T>>

function csp() {
  const sources = z.optional(texts(`a list of values, such as ["'self'", "https://cdn.example.com"]`))
  return z.union([off(), z.strictObject(shape(directiveNames, () => sources))], object('an object of directives'))
}

function hsts() {
  const maxAge = duration().check(z.refine((ms) => ms % 1000 === 0, { error: 'a duration in whole seconds' }))
  return z.union(
    [
      off(),
      z.strictObject({ maxAge: z.prefault(maxAge, '365d'), includeSubDomains: flag(true), preload: flag(false) }),
    ],
    object('an object such as { maxAge: "365d" }'),
  )
}

function permissionsPolicy() {
  const features = z.record(z.string(), texts('a list of who may use it, such as ["self"]'))
  return z.union([off(), features], object('an object of features'))
}

function written() {
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'off']), 'enforce'),
      preset: z._default(word(['api', 'pages']), 'api'),
      csp: z._default(csp(), {}),
      cspReportOnly: z._default(csp(), 'off'),
      hsts: z.prefault(hsts(), {}),
      permissionsPolicy: z._default(permissionsPolicy(), {}),
      reportingEndpoints: z._default(
        z.record(z.string(), z.string({ error: 'an address as text' }), { error: 'an object of addresses by name' }),
        {},
      ),
      noStore: z._default(word(['authenticated', 'always', 'off']), 'authenticated'),
      add: z._default(
        z.record(z.string(), z.string({ error: 'the value as text' }), { error: 'an object of headers by name' }),
        {},
      ),
      remove: z.optional(
        z.array(z.string({ error: NAME_EXPECTED }).check(z.refine(isFieldName, { error: NAME_EXPECTED })), {
          error: 'a list of header names, such as ["Via"]',
        }),
      ),
      ...shape(simpleKeys, (key: SimpleKey) => z.optional(word(wordsOf(key)))),
    },
    { error: 'headers, such as { preset: "pages" }, or "off"' },
  )
}

type Written = z.output<ReturnType<typeof written>>

export const schema = once(
  (): z.ZodMiniType<SecurityHeaders> =>
    z.pipe(
      written(),
      z.transform((options, context): SecurityHeaders => {
        const wrong = (path: readonly (string | number)[], message: string) =>
          context.issues.push({ code: 'custom', path: [...path], message, input: options })
        const canonical = fill(options)
        for (const { path, text, expected } of wrongTexts(canonical)) if (!hasReference(text)) wrong(path, expected)
        if (canonical.hsts !== 'off' && canonical.hsts.preload && !preloads(canonical.hsts)) {
          // https://hstspreload.org, "submission requirements"
          wrong(
            ['hsts', 'preload'],
            'false, or a maxAge of at least "365d" with includeSubDomains; less is never preloaded',
          )
        }
        return canonical
      }),
    ),
)

const preloads = ({ maxAgeSeconds, includeSubDomains }: Hsts) => maxAgeSeconds >= 31_536_000 && includeSubDomains

function fill(options: Written): SecurityHeaders {
  const { preset: name, csp, cspReportOnly, hsts, permissionsPolicy, remove = REVEALING, ...rest } = options
  const preset = presets[name]
  const endpoints = options.reportingEndpoints
  return {
    ...rest,
    ...(shape(simpleKeys, (key) => options[key] ?? preset.simple[key]) as SimpleValues),
    csp: csp === 'off' ? csp : fillCsp(preset.csp, csp, endpoints),
    cspReportOnly:
      cspReportOnly === 'off' ? cspReportOnly : withoutDeeds(fillCsp(preset.csp, cspReportOnly, endpoints)),
    hsts: hsts === 'off' ? hsts : seconds(hsts),
    permissionsPolicy:
      permissionsPolicy === 'off' ? permissionsPolicy : over(preset.permissionsPolicy, permissionsPolicy),
    remove: remove.length === 0 ? [] : [...new Set([...REVEALING, ...remove.map((each) => each.toLowerCase())])],
  }
}

function seconds({ maxAge, ...rest }: Exclude<Written['hsts'], 'off'>): Hsts {
  return { ...rest, maxAgeSeconds: maxAge / 1000 }
}

/** One object over another; `off` removes what is below it. */
function over<K extends string>(
  under: Readonly<Partial<Record<K, readonly string[]>>>,
  written: { readonly [key in K]?: readonly string[] | 'off' | undefined },
): Readonly<Record<K, readonly string[]>> {
  const merged = Object.entries({ ...under, ...written }).filter(([, value]) => value !== 'off' && value !== undefined)
  return Object.fromEntries(merged) as Readonly<Record<K, readonly string[]>>
}

/** Reports go to the endpoint that is named for them, and to its address for browsers that know no endpoints. */
function fillCsp(
  preset: Directives,
  written: Exclude<Written['csp'], 'off'>,
  endpoints: Readonly<Record<string, string>>,
): Directives {
  const endpoint = ['csp', 'default'].find((name) => Object.hasOwn(endpoints, name))
  const reports: Directives =
    endpoint === undefined ? {} : { 'report-uri': [endpoints[endpoint] as string], 'report-to': [endpoint] }
  return over<Directive>({ ...preset, ...reports }, written)
}

/** What only acts, and reports nothing, browsers complain of in a policy that only reports. */
function withoutDeeds({ 'upgrade-insecure-requests': _, sandbox: __, ...rest }: Directives): Directives {
  return rest
}

export function desugar(value: unknown): unknown {
  if (value === false || value === 'off') return { mode: 'off' }
  return typeof value === 'string' ? { preset: value } : value
}
