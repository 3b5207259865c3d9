/** Fields by name; a field that is given twice is the list of its values. */
export type Fields = Record<string, string | string[]>

/** Node's own parser of queries makes objects of this kind too: they are faster than those without any prototype. */
const NoFields = function NoFields() {} as unknown as new () => Fields
NoFields.prototype = Object.create(null)

/** An object that inherits nothing, so that no field's name can mean more than itself. */
export function noFields(): Fields {
  return new NoFields()
}

/**
 * Reads `a=1&b=2`, a form or a query (URL Standard §5.1). Brackets in a name are part of it: what `email[$ne]` is said
 * to mean differs from parser to parser, and an object where a text is meant is how queries are rewritten.
 *
 * @throws URIError at a percent sign that encodes nothing: parsers differ in what they make of it
 */
export function parseForm(text: string): Fields {
  const fields = noFields()
  const decode = text.includes('%') || text.includes('+') ? decodeField : plain
  for (const field of text.split('&')) {
    if (field === '') continue
    const mark = field.indexOf('=')
    addField(fields, decode(mark < 0 ? field : field.slice(0, mark)), mark < 0 ? '' : decode(field.slice(mark + 1)))
  }
  return fields
}

export function addField(fields: Fields, name: string, value: string): void {
  const before = fields[name]
  if (before === undefined) fields[name] = value
  else if (typeof before === 'string') fields[name] = [before, value]
  else before.push(value)
}

export function decodeField(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function plain(text: string): string {
  return text
}
