import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import * as z from 'zod/mini'
import type { Defence } from '../packages/merlon/src/contract/defence.ts'
import { presets } from '../packages/merlon/src/guard/expand/presets.generated.ts'
import { defences } from '../packages/merlon/src/guard/order.ts'

/**
 * The JSON Schema of the written policy, for editors. Its shape, shorthands included, and its descriptions come from the
 * TypeScript types that users write against; patterns, ranges and defaults from the schemas that read the policy. Draft
 * 7, which is what editors know best.
 */
export type Json = { [key: string]: unknown }

const WRITTEN = fileURLToPath(new URL('../packages/merlon/src/guard/expand/written.ts', import.meta.url))

export function policySchema(): Json {
  const program = ts.createProgram([WRITTEN], {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  })
  const reader = new TypeReader(program.getTypeChecker())
  const policy = reader.interfaceOf(program.getSourceFile(WRITTEN), 'WrittenPolicy')
  const definitions: Json = {}
  const section = (defence: Defence<unknown>) => {
    const property = reader.property(policy, defence.name)
    const schema = z.toJSONSchema(defence.section.schema(), { io: 'input', unrepresentable: 'any', target: 'draft-7' })
    return { ...reader.read(property.type, schema), ...described(property.description) }
  }
  for (const defence of defences) {
    definitions[defence.name] = section(defence)
    const { inRoute } = defence.section
    if (typeof inRoute !== 'string') definitions[`${defence.name}InRoute`] = narrowed(section(defence), inRoute)
  }
  const everywhere = sections((name) => `#/definitions/${name}`)
  const inRoutes = sections((name, inRoute) =>
    inRoute === 'none' ? undefined : `#/definitions/${name}${inRoute === 'all' ? '' : 'InRoute'}`,
  )
  definitions['routes'] = {
    type: 'object',
    ...described(reader.property(policy, 'routes').description),
    propertyNames: { pattern: '^((\\*|[A-Z-]+(,[A-Z-]+)*) )?/\\S*$' },
    additionalProperties: { type: 'object', properties: inRoutes, additionalProperties: false },
  }
  const routes = { $ref: '#/definitions/routes' }
  definitions['environment'] = { type: 'object', properties: { ...everywhere, routes }, additionalProperties: false }
  const about = (name: string) => described(reader.property(policy, name).description)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Merlon policy',
    ...described(reader.description(policy.symbol)),
    type: 'object',
    properties: {
      $schema: { type: 'string', ...about('$schema') },
      preset: { enum: Object.keys(presets), ...about('preset') },
      ...everywhere,
      routes,
      environments: {
        type: 'object',
        ...about('environments'),
        additionalProperties: { $ref: '#/definitions/environment' },
      },
    },
    additionalProperties: false,
    definitions,
  }
}

function sections(
  address: (name: string, inRoute: Defence<unknown>['section']['inRoute']) => string | undefined,
): Json {
  return Object.fromEntries(
    defences.flatMap(({ name, section }) => {
      const $ref = address(name, section.inRoute)
      return $ref === undefined ? [] : [[name, { $ref }]]
    }),
  )
}

const described = (description: string): Json => (description === '' ? {} : { description })

/** A section with no more than these keys, in each of its forms that is an object. */
function narrowed(schema: Json, keys: readonly string[]): Json {
  const properties = schema['properties'] as Json | undefined
  const forms = schema['anyOf'] as readonly Json[] | undefined
  return {
    ...schema,
    ...(forms === undefined ? {} : { anyOf: forms.map((each) => narrowed(each, keys)) }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).filter(([key]) => keys.includes(key))) }),
  }
}

class TypeReader {
  constructor(private readonly checker: ts.TypeChecker) {}

  interfaceOf(file: ts.SourceFile | undefined, name: string): ts.Type {
    const found = file?.statements.find((each) => ts.isInterfaceDeclaration(each) && each.name.text === name)
    if (found === undefined) throw new Error(`no interface ${name}`)
    return this.checker.getTypeAtLocation(found)
  }

  property(type: ts.Type, name: string): { readonly type: ts.Type; readonly description: string } {
    const symbol = this.checker.getPropertyOfType(type, name)
    if (symbol === undefined) throw new Error(`the written policy has no "${name}"`)
    return { type: this.checker.getTypeOfSymbol(symbol), description: this.description(symbol) }
  }

  /** A docstring as running text; its lists and paragraphs keep their lines. */
  description(symbol: ts.Symbol | undefined): string {
    const text = ts.displayPartsToString(symbol?.getDocumentationComment(this.checker) ?? [])
    return text.replace(/([^\n])\n(?!\n|- )\s*/g, '$1 ').trim()
  }

  /** A type as a schema; `zod` is what the reader's own schema says of the same place, if anything. */
  read(type: ts.Type, zod: Json | undefined, strays: (part: ts.Type) => boolean = () => false): Json {
    const all = type.isUnion() ? type.types : [type]
    const parts = all.filter((part) => !strays(part))
    const words: unknown[] = []
    const forms: Json[] = []
    for (const part of parts) {
      if (part.isStringLiteral() || part.isNumberLiteral()) words.push(part.value)
      else if (part.flags & ts.TypeFlags.BooleanLiteral) words.push(this.checker.typeToString(part) === 'true')
      else if (!(part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) && !isCodeOnly(part)) {
        forms.push(this.form(part, zod))
      }
    }
    // TypeScript has the words of a union in the order in which it first met each of them, anywhere.
    const listed = (zod?.['enum'] ?? []) as readonly unknown[]
    words.sort((a, b) => listed.indexOf(a) - listed.indexOf(b))
    if (words.includes(true) && words.includes(false)) {
      words.splice(0, words.length, ...words.filter((word) => typeof word !== 'boolean'))
      forms.push({ type: 'boolean' })
    }
    const found = words.length > 0 ? [{ enum: words }, ...forms] : forms
    const kept = zod !== undefined && 'default' in zod ? { default: zod['default'] } : {}
    const [first, second] = found
    return first !== undefined && second === undefined ? { ...first, ...kept } : { anyOf: found, ...kept }
  }

  private form(type: ts.Type, zod: Json | undefined): Json {
    if (type.flags & ts.TypeFlags.String) return only(variants(zod, 'string')) ?? { type: 'string' }
    if (type.flags & ts.TypeFlags.Number) return only(variants(zod, 'number', 'integer')) ?? { type: 'number' }
    if (this.checker.isArrayType(type)) {
      const [list] = variants(zod, 'array')
      const [element] = this.checker.getTypeArguments(type as ts.TypeReference)
      if (element === undefined) throw new Error('a list of nothing')
      return {
        ...without(list, 'default'),
        type: 'array',
        items: this.read(element, list?.['items'] as Json | undefined),
      }
    }
    if (type.flags & ts.TypeFlags.Object) return this.object(type, objects(zod))
    throw new Error(`the written policy cannot hold ${this.checker.typeToString(type)}`)
  }

  private object(type: ts.Type, candidates: readonly Json[]): Json {
    const properties: Json = {}
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      const zod = candidates
        .map((each) => (each['properties'] as Record<string, Json> | undefined)?.[symbol.name])
        .find((each) => each !== undefined)
      properties[symbol.name] = {
        ...this.read(this.checker.getTypeOfSymbol(symbol), zod),
        ...described(this.description(symbol)),
      }
    }
    const named = Object.keys(properties).length > 0 ? { properties } : {}
    const index = this.checker.getIndexTypeOfType(type, ts.IndexKind.String)
    if (index === undefined) return { type: 'object', ...named, additionalProperties: false }
    const record = candidates.find((each) => typeof each['additionalProperties'] === 'object')
    const names = record?.['propertyNames']
    const rest = record?.['additionalProperties'] as Json | undefined
    // Beside named properties TypeScript wants their types in the index too, which says nothing of the other keys.
    const own = new Set(this.checker.getPropertiesOfType(type).flatMap((symbol) => this.objectsOf(symbol)))
    const lists = Object.keys(properties).length > 0 && variants(rest, 'array').length === 0
    const strays = (part: ts.Type) => own.has(part) || (lists && this.checker.isArrayType(part))
    return {
      type: 'object',
      ...named,
      ...(names === undefined ? {} : { propertyNames: names }),
      additionalProperties: this.read(index, rest, strays),
    }
  }

  private objectsOf(symbol: ts.Symbol): readonly ts.Type[] {
    const type = this.checker.getTypeOfSymbol(symbol)
    return (type.isUnion() ? type.types : [type]).filter((part) => part.flags & ts.TypeFlags.Object)
  }
}

/** Functions, regular expressions and schemas are for policies in TypeScript; elsewhere their text or name is written. */
const isCodeOnly = (type: ts.Type): boolean =>
  type.getCallSignatures().length > 0 || ['RegExp', 'Validator'].includes(type.symbol?.name)

/** The forms of a schema that are of one of these kinds. */
function variants(zod: Json | undefined, ...kinds: string[]): readonly Json[] {
  if (zod === undefined) return []
  const forms = (zod['anyOf'] ?? zod['oneOf']) as readonly Json[] | undefined
  if (forms !== undefined) return forms.flatMap((each) => variants(each, ...kinds))
  return kinds.includes(String(zod['type'])) ? [zod] : []
}

/** The forms that are objects; where one entry stands for a list of it, those of its entries. */
function objects(zod: Json | undefined): readonly Json[] {
  const found = variants(zod, 'object')
  return found.length > 0 ? found : variants(zod, 'array').flatMap((list) => variants(list['items'] as Json, 'object'))
}

/** Several forms of one kind are alternatives of one text or number. */
function only(forms: readonly Json[]): Json | undefined {
  const kept = forms.map((each) => whole(without(each, 'default')))
  return kept.length > 1 ? { anyOf: kept } : kept[0]
}

/** A multiple of one is a whole number, and said so. */
function whole(schema: Json): Json {
  return schema['multipleOf'] === 1 ? { ...without(schema, 'multipleOf'), type: 'integer' } : schema
}

function without(schema: Json | undefined, key: string): Json {
  const { [key]: _, ...rest } = schema ?? {}
  return rest
}
