import { type Node, parseNodes } from './expression-nodes.ts'
import { type Pattern, type Wrong, wrong } from './origin.ts'

const DOMAIN_EXPECTED =
  'an expression whose host ends in a domain of yours after an escaped dot, such as "\\.example\\.com$"; else others can register a name that fits'

/**
 * Reads `/^https:\/\/[a-z0-9-]+\.example\.com$/`. Only a small part of the language is accepted: what is anchored at
 * both ends, has no unescaped dot, ends in a fixed domain, and cannot backtrack for long. The Origin header is the
 * attacker's, so an expression that is loose or slow is a hole (a reflected origin, a blocked process).
 */
export function parseExpression(text: string): Pattern | Wrong {
  const match = /^\/(.*)\/([a-z]*)$/s.exec(text)
  if (!match) return wrong('an expression between slashes, such as "/^https:\\/\\/[a-z0-9-]+\\.example\\.com$/"')
  const [, source, flags] = match as unknown as [string, string, string]
  if (flags !== '') return wrong('an expression without flags; browsers send origins in lower case')
  if (!source.startsWith('^') || !/(?<!\\)\$$/.test(source)) {
    return wrong('an expression anchored at both ends, "^…$"; else "https://app.example.com.evil.com" would fit')
  }
  const nodes = parseNodes(source.slice(1, -1))
  if ('kind' in nodes) return nodes
  const scheme = readScheme(nodes)
  if (!scheme) return wrong('an expression that begins with a scheme in full, "^https:\\/\\/"')
  const host = withoutPort(nodes.slice(scheme.length))
  const tails = prepend(host, [{ text: '', open: false }])
  if (tails.length > 64) return wrong('an expression with fewer alternatives; list the origins instead')
  for (const { text: tail, open } of tails) {
    if (open ? !/^[a-z0-9_-]*(?:\.[a-z0-9_-]+){2,}$/.test(tail) : !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(tail)) {
      return wrong(DOMAIN_EXPECTED)
    }
  }
  const ends = tails.map(({ text: tail, open }) => (open ? tail.slice(tail.indexOf('.')) : tail))
  try {
    return { kind: 'pattern', expression: new RegExp(source), insecure: scheme.insecure, ends }
  } catch {
    // A range backwards, `[z-a]` or `{3,2}`.
    return wrong('an expression that JavaScript can read; a range is out of order')
  }
}

/** How many nodes the scheme takes, and whether it may be `http`. */
function readScheme(nodes: readonly Node[]): { length: number; insecure: boolean } | undefined {
  let scheme = ''
  let insecure = false
  for (const [at, node] of nodes.entries()) {
    if (node.kind !== 'char' || node.repeat === 'open') return undefined
    if (node.repeat === 'optional') {
      if (scheme !== 'http' || node.char !== 's') return undefined
      insecure = true
    }
    scheme += node.char
    if (!scheme.endsWith('://')) continue
    return /^[a-z][a-z0-9+.-]*:\/\/$/.test(scheme)
      ? { length: at + 1, insecure: insecure || scheme === 'http://' }
      : undefined
  }
  return undefined
}

/** The host's part; a port has only digits, which the form of every origin is held to before an expression sees it. */
function withoutPort(nodes: readonly Node[]): readonly Node[] {
  const colon = nodes.findIndex(
    (node) =>
      (node.kind === 'char' && node.char === ':') ||
      (node.kind === 'group' && node.branches.every(([first]) => first?.kind === 'char' && first.char === ':')),
  )
  return colon < 0 ? nodes : nodes.slice(0, colon)
}

/** The end of a host that an expression admits; open where anything may stand before it. */
interface Tail {
  readonly text: string
  readonly open: boolean
}

/** Every end that the nodes can give, read from the right until something open comes. */
function prepend(nodes: readonly Node[], tails: readonly Tail[]): readonly Tail[] {
  let found = tails
  for (const node of nodes.toReversed()) {
    // Enough to know that there are too many.
    if (found.length > 64) return found
    found = found.flatMap((tail) => {
      if (tail.open) return [tail]
      const without = node.repeat === 'optional' ? [tail] : []
      if (node.repeat === 'open' || node.kind === 'class') return [...without, { text: tail.text, open: true }]
      if (node.kind === 'char') return [...without, { text: node.char + tail.text, open: false }]
      return [...without, ...node.branches.flatMap((branch) => prepend(branch, [tail]))]
    })
  }
  return found
}
