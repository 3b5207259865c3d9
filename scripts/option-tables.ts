import * as z from 'zod/mini'
import { presets } from '../packages/merlon/src/defences/headers/presets.ts'
import { simple, simpleKeys, wordsOf } from '../packages/merlon/src/defences/headers/simple.ts'
import { describe, describePenalty } from '../packages/merlon/src/defences/limits/describe.ts'
import { limits } from '../packages/merlon/src/defences/limits/index.ts'
import { presets as limitPresets } from '../packages/merlon/src/defences/limits/presets.generated.ts'

/** The part of the policy's JSON Schema that tables are made of. */
export interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly definitions?: Readonly<Record<string, Schema>>
}

const TABLE = /(<!-- (options|headers|presets)(?:: (\S+))? -->\n)[\s\S]*?(<!-- \/\2 -->)/g

/**
 * A page with its tables filled: `<!-- options: cors -->…<!-- /options -->` with the options at that place of the
 * policy (`limits.*` is any one limit), `<!-- headers -->…<!-- /headers -->` with the headers that have few values,
 * `<!-- presets -->…<!-- /presets -->` with the presets of limits.
 */
export function withTables(markdown: string, policy: Schema): string {
  return markdown.replace(TABLE, (_, open: string, kind: string, path: string | undefined, close: string) => {
    const table =
      kind === 'headers' ? headerTable() : kind === 'presets' ? presetTable() : optionTable(policy, path ?? '')
    return `${open}${table}\n${close}`
  })
}

function optionTable(policy: Schema, path: string): string {
  const [section = '', ...steps] = path.split('.')
  const start = policy.definitions?.[section]
  const found = steps.reduce<Schema | undefined>((at, step) => within(at, step), start)
  const properties = objectIn(found)?.properties
  if (!properties) throw new Error(`the policy has no options at "${path}"`)
  const described = Object.entries(properties).filter(([name]) => !(simpleKeys as readonly string[]).includes(name))
  const rows = described.map(([name, schema]) => {
    const { description = '' } = schema
    if (description === '') throw new Error(`"${path}.${name}" says nothing of itself`)
    const { value, sentence } = tell(schema)
    return `| \`${name}\` | ${typeOf(schema)} | ${value} | ${sentence} |`
  })
  return ['| option | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

function presetTable(): string {
  const rows = Object.entries(limitPresets).map(([name, { about }]) => {
    const { limits: read, penalties = [] } = z.parse(limits.section.schema(), limits.section.desugar(name, 'route'))
    const said = read.filter((each) => each.name !== 'general').map((each) => `${code(each.name)}: ${describe(each)}`)
    return `| ${code(name)} | ${about} | ${[...said, ...penalties.map(describePenalty)].join('<br>')} |`
  })
  return ['| preset | for | what it stands for |', '|---|---|---|', ...rows].join('\n')
}

function headerTable(): string {
  const rows = simpleKeys.map((key) => {
    const words = wordsOf(key).map(code).join(', ')
    return `| \`${key}\` | ${simple[key].name} | ${words} | ${code(presets.api.simple[key])} | ${code(presets.pages.simple[key])} |`
  })
  return ['| option | header | words, strictest first | `api` | `pages` |', '|---|---|---|---|---|', ...rows].join('\n')
}

function objectIn(schema: Schema | undefined): Schema | undefined {
  return schema?.properties ? schema : schema?.anyOf?.map(objectIn).find((each) => each !== undefined)
}

function within(schema: Schema | undefined, step: string): Schema | undefined {
  return step === '*' ? entriesOf(schema) : objectIn(schema)?.properties?.[step]
}

/** What stands under the free names of an object. */
function entriesOf(schema: Schema | undefined): Schema | undefined {
  const { additionalProperties, anyOf = [] } = schema ?? {}
  if (typeof additionalProperties === 'object') return additionalProperties
  return anyOf.map(entriesOf).find((each) => each !== undefined)
}

const code = (value: unknown): string => `\`${value}\``

/** What each of the policy's units is called; known by what its text has to look like. */
const UNITS: readonly (readonly [ending: string, name: string])[] = [
  ['(ms|s|m|h|d)$', 'duration'],
  ['(b|kb|mb|gb)$', 'size'],
]

function typeOf(schema: Schema): string {
  const { type, pattern, items, minimum, maximum } = schema
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ')
  if (schema.enum) return schema.enum.map(code).join(', ')
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'array') return `list of ${items ? typeOf(items) : 'values'}`
  if (type === 'object') return 'object'
  if (type === 'integer') return `${minimum?.toLocaleString('en')} to ${maximum?.toLocaleString('en')}`
  if (pattern?.includes('\\/(\\d')) return 'rate'
  return UNITS.find(([ending]) => pattern?.endsWith(ending))?.[1] ?? 'text'
}

interface Told {
  readonly value: string
  readonly sentence: string
}

/** A default and the reason for it, `Default: 64: it is what…`, or one alone. */
const DEFAULT = / ?Default:? (.+?)(?:[.:;](?= |$)|$)/
const ALONE = / ?Default:? (?:`[^`]*`(?:, `[^`]*`)*|true|false|[\d,]+)\./

/**
 * The default as the schema has it, or else in the docstring's words; and the docstring's first paragraph without what
 * the default's own column says.
 */
function tell({ default: value, description = '' }: Schema): Told {
  const [first = ''] = description.split('\n\n')
  const values = Array.isArray(value) ? value : typeof value === 'object' || value === undefined ? [] : [value]
  const text = first.replaceAll('|', '\\|')
  if (values.length > 0) return { value: values.map(code).join(', '), sentence: text.replace(ALONE, '').trim() }
  const found = DEFAULT.exec(text)
  if (!found) return { value: '', sentence: text }
  return {
    value: found[1] ?? '',
    sentence: text
      .replace(found[0], '')
      .replace(/^\. ?|\.\.$/, '')
      .trim(),
  }
}
