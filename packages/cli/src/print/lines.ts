/** As wide as is read with ease, and the width where nobody watches. */
const WIDEST = 110
const NARROWEST = 40

export function widthOf(columns: number | undefined): number {
  return Math.max(NARROWEST, Math.min(columns ?? WIDEST, WIDEST))
}

/**
 * What a terminal would obey or not show: control characters, bidirectional and zero-width ones. Text of a policy must
 * not be able to write a report of its own.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

export function printable(text: string): string {
  return text.replace(HIDDEN, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Breaks text between words; a word that is longer than a line stays whole, so that it can be copied. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of printable(text).split(' ')) {
    const longer: string = line === undefined ? word : `${line} ${word}`
    if (line === undefined || lengthOf(longer) <= width) line = longer
    else {
      lines.push(line.trimEnd())
      line = word
    }
  }
  return [...lines, line ?? '']
}

/** Text under a margin: the first line beside `label`, the others below it. */
export function under(label: string, margin: number, text: string, width: number): string {
  const [first = '', ...rest] = wrap(text, width - margin)
  return [`${label.padEnd(margin)}${first}`, ...rest.map((line) => ' '.repeat(margin) + line)].join('\n')
}

/** In characters, not in UTF-16 code units. */
function lengthOf(text: string): number {
  return [...text].length
}

/** `1 finding`, `2 findings` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
