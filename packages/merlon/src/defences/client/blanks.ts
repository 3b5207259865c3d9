const COMMA = 44
const SPACE = 32
const TAB = 9

/** A slice of the list without the blanks around it. */
export function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** Whether there is nothing but commas and blanks before `end`. */
export function isEmptyList(list: string, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const code = list.charCodeAt(at)
    if (code !== COMMA && !isBlank(code)) return false
  }
  return true
}

/** OWS is spaces and tabs alone (RFC 9110 §5.6.3). */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}
