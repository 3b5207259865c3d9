import { addField, type Fields, noFields } from './form.ts'

/**
 * Reads a Cookie header (RFC 6265 §4.2.1): `a=1; b=2`. Values stay as they are, but for quotes around them (§4.1.1):
 * percent-encoding is no part of the standard. A name that comes twice gives a list: a page of a sibling domain can set
 * a cookie of the same name, and nobody knows which of them comes first.
 */
export function parseCookies(text: string): Fields {
  const cookies = noFields()
  for (const pair of text.split(';')) {
    const mark = pair.indexOf('=')
    const name = pair.slice(0, Math.max(mark, 0)).trim()
    if (name !== '' && name !== '__proto__') addField(cookies, name, unquoted(pair.slice(mark + 1).trim()))
  }
  return cookies
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
