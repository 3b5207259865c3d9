import { execFileSync } from 'node:child_process'
import { read, root } from './tree.ts'

/** What the design names and is not built yet, as paths from the root. */
const pending: ReadonlySet<string> = new Set(JSON.parse(read('house/pending.json')) as string[])

/** Those of the wanted paths that are neither there nor listed as pending. */
export function missing(wanted: readonly string[], isThere: (path: string) => boolean): string[] {
  return wanted.filter((path) => !isThere(path) && !pending.has(path))
}

/** The list as the last commit has it; undefined where there is no history to ask. */
export function committedPending(): string[] | undefined {
  try {
    const text = execFileSync('git', ['show', 'HEAD:house/pending.json'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return JSON.parse(text) as string[]
  } catch {
    return undefined
  }
}

export const pendingPaths: readonly string[] = [...pending]
