import { execFileSync } from 'node:child_process'
import { read, root } from './tree.ts'

const PATH = 'house/pending.json'

/** What the design names and is not built yet, as paths from the root. */
const pending: ReadonlySet<string> = new Set(JSON.parse(read(PATH)) as string[])

/** Those of the wanted paths that are neither there nor listed as pending. */
export function missing(wanted: readonly string[], isThere: (path: string) => boolean): string[] {
  return wanted.filter((path) => !isThere(path) && !pending.has(path))
}

/** The list as each commit left it that changed it; none where there is no history to ask. */
export function committedPending(): string[][] {
  try {
    const commits = git('log', '--format=%H', '--', PATH).split('\n').filter(Boolean)
    return commits.map((commit) => JSON.parse(git('show', `${commit}:${PATH}`)) as string[])
  } catch {
    return []
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

export const pendingPaths: readonly string[] = [...pending]
