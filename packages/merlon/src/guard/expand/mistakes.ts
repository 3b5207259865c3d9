import { formatMistake, type Mistake } from '../../policy/mistake.ts'
import { mistakeAt, type Origin } from '../../policy/origin.ts'
import type { Path } from '../../policy/path.ts'

/** All that is wrong with a policy, each thing once: what a route inherits is looked at again for each route. */
export class Mistakes {
  private readonly found = new Map<string, Mistake>()

  constructor(
    readonly origin: Origin,
    before: readonly Mistake[] = [],
  ) {
    for (const each of before) this.keep(each)
  }

  add(path: Path, expected: string, more: { at?: 'key' | 'value'; suggestion?: string | undefined } = {}): void {
    this.keep(mistakeAt(this.origin, path, `expected ${expected}`, more))
  }

  private keep(mistake: Mistake): void {
    const said = formatMistake(mistake)
    if (!this.found.has(said)) this.found.set(said, mistake)
  }

  /** In the order of the file. */
  list(): readonly Mistake[] {
    return [...this.found.values()].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || 0,
    )
  }
}
