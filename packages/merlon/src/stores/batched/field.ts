const PLUS = 43
const MINUS = 45
const SMALL_K = 107

/** Whether a line of the reply says that everything admits, and is charged. */
export const isAdmission = (line: string): boolean => line.charCodeAt(0) === PLUS

/** Whether a field says that its limit refuses. Of a strict window of which nothing is taken, a lone `-` says so. */
export const isRefusal = (field: string): boolean => field.charCodeAt(0) === MINUS && field.length > 1

/** A field without its sign and mark. */
export function bare(field: string): string {
  let from = 0
  const sign = field.charCodeAt(0)
  if ((sign === PLUS || sign === MINUS) && field.length > 1) from = 1
  if (field.charCodeAt(from) === SMALL_K) from++
  return from === 0 ? field : field.slice(from)
}
