import type * as Yaml from 'yaml'
import { type Document, DocumentBuilder } from './document.ts'
import { put } from './json.ts'
import type { Position, Spot } from './origin.ts'
import type { Path } from './path.ts'
import { MAX_DEPTH, MAX_NODES } from './plain.ts'

/** What a mistake of syntax expects, by the parser's own code. Its messages may quote the file, so they are not used. */
const EXPECTED: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'a name after "*"',
  BAD_DIRECTIVE: 'no directive',
  BAD_DQ_ESCAPE: 'an escape that YAML knows in double quotes; single quotes take text as it is',
  BAD_INDENT: 'the lines of one block to be indented alike, and every bracket to be closed',
  BAD_SCALAR_START: 'quotes around a text that begins with a sign of YAML\'s own ("@", "`", "%")',
  BLOCK_AS_IMPLICIT_KEY: 'one "key: value" a line; a text with ": " in it stands in quotes',
  BLOCK_IN_FLOW: 'no block inside of brackets',
  MISSING_CHAR: 'a closing quote, bracket or colon, or a space',
  MULTILINE_IMPLICIT_KEY: '":" after the key, on the same line',
  MULTIPLE_DOCS: 'one document, got a second one after "---"',
  NON_STRING_KEY: 'a key that is text',
  TAB_AS_INDENT: 'spaces for indentation, got a tab',
}

/** Reads YAML 1.2 with its core schema, through the `yaml` package that the caller has loaded. */
export function parseYaml(yaml: typeof Yaml, text: string, file: string): Document {
  return new Reader(yaml, new DocumentBuilder(text, file), text).read()
}

interface Read {
  readonly value: unknown
  readonly spot: Spot
}

class Reader {
  private left = MAX_NODES
  private readonly above = new Set<unknown>()
  /** Nodes that bear an anchor, by its name: the last one before the place that is being read. */
  private readonly anchors = new Map<string, Yaml.Node>()
  /** An alias means the anchor that came before it, also where it is read again as part of what another alias names. */
  private readonly targets = new Map<Yaml.Alias, Yaml.Node | undefined>()
  private readonly met = new Set<Yaml.Node>()

  constructor(
    private readonly yaml: typeof Yaml,
    private readonly builder: DocumentBuilder,
    private readonly text: string,
  ) {}

  read(): Document {
    const nothing = { value: { line: 1, column: 1 } }
    const parsed = this.parse()
    if (parsed === undefined) return this.builder.finish(undefined, nothing)
    for (const { code, pos } of parsed.errors) {
      const alias = code === 'BAD_ALIAS' && /^\* \//.test(this.text.slice(pos[0], pos[0] + 3))
      this.builder.syntax(
        pos[0],
        alias ? 'quotes around a key that begins with "*"' : (EXPECTED[code] ?? 'the syntax of YAML'),
        alias ? 'write "* /path": in quotes, or the path alone, which means any method' : undefined,
      )
    }
    if (parsed.directives?.yaml.version !== '1.2') this.builder.syntax(0, 'YAML 1.2, got another version')
    if (parsed.errors.length > 0) return this.builder.finish(undefined, nothing)
    // A file of comments alone writes nothing, and nothing written is a whole policy.
    const { contents } = parsed
    if (contents === null || (this.yaml.isScalar(contents) && contents.value === null)) {
      return this.builder.finish({}, nothing)
    }
    const root = this.node(contents, [], undefined)
    return this.builder.finish(root.value, root.spot)
  }

  private parse(): Yaml.Document.Parsed | undefined {
    try {
      // Duplicate keys are looked for below: the parser compares every key with every other, which a long list drags out.
      return this.yaml.parseDocument(this.text, {
        version: '1.2',
        schema: 'core',
        merge: false,
        uniqueKeys: false,
        stringKeys: true,
        strict: true,
        prettyErrors: false,
        // Silent, it would also keep quiet about a second document.
        logLevel: 'error',
      })
    } catch {
      // The parser calls itself for every level: brackets without end overflow the stack.
      this.builder.syntax(0, `at most ${MAX_DEPTH} levels, one inside the other`)
      return undefined
    }
  }

  private node(node: unknown, path: Path, key: Position | undefined): Read {
    const { yaml } = this
    if (!yaml.isNode<Yaml.Node>(node)) return this.nothing(key)
    const offset = node.range?.[0] ?? 0
    const value = this.builder.position(offset)
    const spot: Spot = key === undefined ? { value } : { value, key }
    if (this.left-- <= 0) {
      if (this.left === -1)
        this.builder.refuse(path, offset, `a policy of at most ${MAX_NODES} values, aliases counted`)
      return { value: undefined, spot }
    }
    if (yaml.isAlias(node)) return this.alias(node, path, spot, offset)
    if (node.tag !== undefined) this.builder.refuse(path, offset, 'no tags ("!…")')
    this.meet(node)
    if (yaml.isScalar(node)) return { value: node.value, spot }
    if (path.length > MAX_DEPTH) {
      this.builder.refuse(path, offset, `at most ${MAX_DEPTH} levels, one inside the other`)
      return { value: undefined, spot }
    }
    this.above.add(node)
    const read = yaml.isMap(node) ? this.map(node, path, spot) : this.list(node as Yaml.YAMLSeq, path, spot)
    this.above.delete(node)
    return read
  }

  private meet(node: Yaml.Scalar | Yaml.YAMLMap | Yaml.YAMLSeq): void {
    if (node.anchor === undefined || this.met.has(node)) return
    this.met.add(node)
    this.anchors.set(node.anchor, node)
  }

  private nothing(key: Position | undefined): Read {
    return { value: null, spot: key === undefined ? { value: { line: 1, column: 1 } } : { value: key, key } }
  }

  private alias(node: Yaml.Alias, path: Path, spot: Spot, offset: number): Read {
    if (!this.targets.has(node)) this.targets.set(node, this.anchors.get(node.source))
    const target = this.targets.get(node)
    if (target !== undefined && !this.above.has(target)) {
      const read = this.node(target, path, spot.key)
      return { value: read.value, spot: read.spot.inside === undefined ? spot : { ...spot, inside: read.spot.inside } }
    }
    this.builder.refuse(
      path,
      offset,
      target === undefined ? 'an anchor before its alias' : 'an anchor outside of itself',
    )
    return { value: undefined, spot }
  }

  private map(node: Yaml.YAMLMap, path: Path, spot: Spot): Read {
    const value: Record<string, unknown> = {}
    const inside = new Map<string, Spot>()
    for (const pair of node.items) {
      const { key } = pair as { key: unknown }
      if (!this.yaml.isScalar(key)) continue
      this.meet(key)
      const name = String(key.value)
      const inner = [...path, name]
      const start = key.range?.[0] ?? 0
      if (key.tag !== undefined) this.builder.refuse(inner, start, 'no tags ("!…")')
      if (name === '<<') {
        this.builder.refuse(inner, start, 'the keys themselves: merge keys ("<<") are not read')
        continue
      }
      const first = inside.get(name)
      const read = this.node(pair.value, inner, this.builder.position(start))
      if (first !== undefined) this.builder.duplicate(inner, start, first)
      else inside.set(name, read.spot)
      put(value, name, read.value)
    }
    return { value, spot: { ...spot, inside } }
  }

  private list(node: Yaml.YAMLSeq, path: Path, spot: Spot): Read {
    const value: unknown[] = []
    const inside = new Map<number, Spot>()
    for (const [at, item] of node.items.entries()) {
      const read = this.node(item, [...path, at], undefined)
      inside.set(at, read.spot)
      value.push(read.value)
    }
    return { value, spot: { ...spot, inside } }
  }
}
