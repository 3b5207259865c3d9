import type { Mistake } from './mistake.ts'
import { findSpot, mistakeAt, type Origin, type Position, type Spot } from './origin.ts'
import type { Path } from './path.ts'
import { quote } from './quote.ts'

/** The largest policy file that is read. */
export const MAX_POLICY_BYTES = 1024 * 1024

/** A file's text as plain data, and where each part of it stands. */
export interface Document {
  /** Undefined where the text is no YAML or JSON. */
  readonly tree: unknown
  readonly origin: Origin
  readonly mistakes: readonly Mistake[]
}

/** What the readers of YAML and JSON share: offsets to lines, and their mistakes. */
export class DocumentBuilder {
  private readonly starts: number[] = [0]
  private readonly mistakes: Mistake[] = []

  constructor(
    text: string,
    readonly file: string,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }

  position(offset: number): Position {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 }
  }

  /** A fault of syntax; one a line, as the rest of the line only follows from it. */
  syntax(offset: number, expected: string, suggestion?: string): void {
    const position = this.position(offset)
    if (this.mistakes.some((each) => each.path.length === 0 && each.line === position.line)) return
    this.mistakes.push(this.mistake([], position, `expected ${expected}`, suggestion))
  }

  /** Something read that may not stand there. */
  refuse(path: Path, offset: number, expected: string, suggestion?: string): void {
    this.mistakes.push(this.mistake(path, this.position(offset), `expected ${expected}`, suggestion))
  }

  duplicate(path: Path, offset: number, first: Spot): void {
    const { line } = first.key ?? first.value
    this.refuse(path, offset, `each key once, got ${quote(String(path.at(-1)))} again (first in line ${line})`)
  }

  finish(tree: unknown, root: Spot): Document {
    const origin: Origin = { file: this.file, position: (path, at) => findSpot(root, path, at) }
    return { tree, origin, mistakes: this.mistakes }
  }

  private mistake(path: Path, position: Position, message: string, suggestion?: string): Mistake {
    return mistakeAt({ file: this.file, position: () => position }, path, message, { suggestion })
  }
}
