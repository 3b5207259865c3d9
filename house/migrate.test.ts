import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { read, root } from './tree.ts'

/**
 * The pages for those who come from another package have every option of that package. Its names are those of the type
 * declarations that are installed here, so that a newer version with another option fails until its page has it.
 */

/** What a page has a row for: names in code in the first cells of its tables. */
function rowsOf(page: string): ReadonlySet<string> {
  const cells = Array.from(read(`docs/migrate/${page}.md`).matchAll(/^\|(.*?)(?<!\\)\|/gm), ([, cell = '']) => cell)
  return new Set(cells.flatMap((cell) => Array.from(cell.matchAll(/`(\w+)[^`]*`/g), ([, name = '']) => name)))
}

/** What is declared in a package's types: the members of each type, interface and class by its name. */
function declaredIn(name: string, types: string): ReadonlyMap<string, readonly string[]> {
  const file = join(root, 'node_modules', name, types)
  const source = ts.createSourceFile(file, ts.sys.readFile(file) ?? '', ts.ScriptTarget.Latest)
  const found = new Map<string, readonly string[]>()
  const visit = (node: ts.Node): void => {
    const members = membersOf(node)
    if (members) found.set(members.of, (found.get(members.of) ?? []).concat(members.names))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function membersOf(node: ts.Node): { readonly of: string; readonly names: readonly string[] } | undefined {
  if (ts.isInterfaceDeclaration(node)) return { of: node.name.text, names: namesOf(node.members) }
  if (ts.isClassDeclaration(node) && node.name) return { of: node.name.text, names: namesOf(node.members) }
  if (ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type)) {
    return { of: node.name.text, names: namesOf(node.type.members) }
  }
  return undefined
}

function namesOf(members: readonly ts.NamedDeclaration[]): readonly string[] {
  return members.flatMap(({ name }) => (name && ts.isIdentifier(name) ? [name.text] : []))
}

/** @throws where a type is not declared any more, or has nothing: then this test would hold nothing */
function membersIn(declared: ReadonlyMap<string, readonly string[]>, ...types: readonly string[]): readonly string[] {
  return types.flatMap((type) => {
    const names = declared.get(type) ?? []
    if (names.length === 0) throw new Error(`${type} declares nothing`)
    return names
  })
}

const missing = (page: string, names: readonly string[]) => names.filter((name) => !rowsOf(page).has(name))

describe('express-rate-limit', () => {
  const declared = declaredIn('express-rate-limit', 'dist/index.d.ts')
  const options = membersIn(declared, 'Options')

  test('each option has a row', () => {
    expect(options.length).toBeGreaterThan(20)
    expect(missing('express-rate-limit', options)).toEqual([])
  })

  test('each option has a row for express-slow-down, which takes them too, and each of its own', () => {
    const own = membersIn(declaredIn('express-slow-down', 'dist/index.d.ts'), 'SlowDownOptions', 'OverriddenOptions')
    expect(own).toContain('delayAfter')
    expect(missing('express-slow-down', [...options, ...own])).toEqual([])
  })
})

describe('rate-limiter-flexible', () => {
  const declared = declaredIn('rate-limiter-flexible', 'types.d.ts')

  test('each option has a row', () => {
    const types = [...declared.keys()].filter((type) => /^IR\w+(Options|Opts)$/.test(type))
    const options = types.flatMap((type) => declared.get(type) ?? [])
    expect(options.length).toBeGreaterThan(40)
    expect(missing('rate-limiter-flexible', options)).toEqual([])
  })

  test('each limiter has a row', () => {
    const classes = [...declared.keys()].filter((type) => /^(Bursty)?R(ateLimiter|LWrapper)/.test(type))
    const limiters = classes.filter((type) => !/(Abstract|Res|Error|Like)$/.test(type))
    expect(limiters.length).toBeGreaterThan(20)
    expect(missing('rate-limiter-flexible', limiters)).toEqual([])
  })

  test('each method has a row', () => {
    const limiter = membersIn(declared, 'RateLimiterCompatibleAbstract')
    const methods = [...limiter, ...membersIn(declared, 'RateLimiterMemory', 'RateLimiterQueue')]
    expect(missing('rate-limiter-flexible', methods)).toEqual([])
  })
})

test('@fastify/rate-limit: each option has a row', () => {
  const declared = declaredIn('@fastify/rate-limit', 'types/index.d.ts')
  const types = ['CreateRateLimitOptions', 'RateLimitOptions', 'RateLimitPluginOptions', 'FastifyInstance']
  const options = membersIn(declared, ...types)
  expect(options.length).toBeGreaterThan(20)
  expect(missing('fastify-rate-limit', options)).toEqual([])
})

test('slowapi: each parameter has a row', () => {
  // Those of version 0.1.9; of a package for Python nothing is installed here.
  const limiter = `key_func default_limits application_limits headers_enabled strategy storage_uri storage_options
    auto_check swallow_errors in_memory_fallback in_memory_fallback_enabled retry_after key_prefix enabled
    config_filename key_style`
  const decorators = `limit_value scope per_method methods error_message exempt_when cost override_defaults`
  expect(missing('slowapi', `${limiter} ${decorators}`.split(/\s+/))).toEqual([])
})
