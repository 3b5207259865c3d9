const PLUS = 43
const MINUS = 45
const SMALL_K = 107

/** Whether a line of the reply says that everything admits, and is charged. */
export const isAdmission = (line: string): boolean => line.charCodeAt(0) === PLUS

/** Whether a field says that its limit refuses. */
export const isRefusal = (field: string): boolean => field.charCodeAt(0) === MINUS

/** A field without its sign and mark. */
export function bare(field: string): string {
  const sign = field.charCodeAt(0)
  let from = sign === PLUS || sign === MINUS ? 1 : 0
  if (field.charCodeAt(from) === SMALL_K) from++
  return from === 0 ? field : field.slice(from)
}
