import { formatPath, type Path } from './path.ts'

/** Something wrong in a policy: where, what was expected, and what was probably meant. */
export interface Mistake {
  /** Where in the written policy; empty for the policy as a whole and for what is no YAML or JSON at all. */
  readonly path: Path
  readonly file?: string | undefined
  /** Counted from 1. In a policy written in TypeScript: where `definePolicy` was called. */
  readonly line?: number | undefined
  readonly column?: number | undefined
  /** `expected a duration with its unit, such as "15m", got 15` */
  readonly message: string
  /** A whole line: `did you mean "origins"?` */
  readonly suggestion?: string | undefined
}

/** `merlon.yaml:12:7  cors.orgins`, and below it what was expected. */
export function formatMistake(mistake: Mistake): string {
  const { file, line, column, message, suggestion } = mistake
  const position = line === undefined ? '' : `${file === undefined ? '' : ':'}${line}:${column ?? 1}`
  const place = [`${file ?? ''}${position}`, formatPath(mistake.path)].filter((part) => part !== '').join('  ')
  const lines = [place === '' ? 'policy' : place, `  ${message}`]
  if (suggestion !== undefined) lines.push(`  ${suggestion}`)
  return lines.join('\n')
}

/** A policy that cannot be used. Its message prints every mistake, so that they are mended in one go. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'

  constructor(readonly mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`
    super(`the policy has ${count}\n\n${mistakes.map(formatMistake).join('\n\n')}\n`)
  }
}
