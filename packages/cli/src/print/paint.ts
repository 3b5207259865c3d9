/** Marks for a terminal (ECMA-48 SGR); each ends what it began, and none changes the width. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
}

/** Paints where colours are wanted, and gives the text back as it is where they are not. */
export function paintIn(colours: boolean): Paint {
  const sgr = (on: number, off: number) => (text: string) => (colours ? `\u001b[${on}m${text}\u001b[${off}m` : text)
  return { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), yellow: sgr(33, 39), green: sgr(32, 39) }
}

/** Gravity in colours, and in the same words where there are none. */
export function paintSeverity(paint: Paint, severity: string, text = severity): string {
  if (severity === 'critical') return paint.red(text)
  return severity === 'warning' ? paint.yellow(text) : paint.dim(text)
}
