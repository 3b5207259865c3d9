/**
 * Tokens of a GraphQL document (GraphQL, October 2021, §2.1) as far as they matter. Each alternative takes what it has
 * begun with, closed or not: so a broken document is read once as well.
 */
const TOKEN = /"""|"(?:\\.|[^"\\\n])*"?|#[^\n\r]*|\.{3}|[{}()[\]:@]|[_A-Za-z]\w*/g

/**
 * How many operations a body asks for, at least 1: a list counts its entries, and a GraphQL document the fields at the
 * top of its operations and fragments. So neither a batch nor aliases (`a: login(…) b: login(…)`) make a guess cheaper.
 */
export function countOperations(body: unknown): number {
  if (Array.isArray(body)) {
    let sum = 0
    for (const each of body) sum += documentOf(each)
    return Math.max(1, sum)
  }
  return documentOf(body)
}

function documentOf(body: unknown): number {
  const text = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined
  return typeof text === 'string' ? Math.max(1, countFields(text)) : 1
}

/** Counts more rather than less where a document is broken: nobody executes it then. */
function countFields(text: string): number {
  let fields = 0
  // Selections that are open: inline fragments (`... on Query { a b }`) add none of their own.
  const open: ('selection' | 'inline')[] = []
  let parens = 0
  let inlineNext = false
  let before = ''
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token] = found
    if (token === '"""') TOKEN.lastIndex = endOfBlock(text, TOKEN.lastIndex)
    if (token.startsWith('#') || token.startsWith('"')) continue
    if (token === '(' || token === '[') parens++
    else if (token === ')' || token === ']') parens = Math.max(0, parens - 1)
    else if (parens > 0) continue
    else if (token === '{') {
      open.push(inlineNext && depth(open) > 0 ? 'inline' : 'selection')
      inlineNext = false
    } else if (token === '}') {
      open.pop()
      inlineNext = false
    } else if (token === '...') inlineNext = true
    else if (/^\w/.test(token) && depth(open) === 1) {
      // A directive's name, what follows an alias, and what belongs to a spread are no fields of their own.
      if (before === '@' || before === ':' || before === '...') {
        if (before === '...' && token !== 'on') inlineNext = false
      } else if (!(inlineNext && before === 'on')) {
        fields++
        inlineNext = false
      }
    }
    before = token
  }
  return fields
}

function depth(open: readonly ('selection' | 'inline')[]): number {
  let depth = 0
  for (const each of open) if (each === 'selection') depth++
  return depth
}

/** Where a block string ends: behind three quotes that nothing escapes, or with the document. */
function endOfBlock(text: string, from: number): number {
  let at = text.indexOf('"""', from)
  while (at > 0 && text[at - 1] === '\\') at = text.indexOf('"""', at + 3)
  return at < 0 ? text.length : at + 3
}
