import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git', '.run'])

/** Every file below a folder of the repository, as paths from its root with `/`; none where there is no such folder. */
export function filesBelow(folder: string): string[] {
  const from = join(root, folder)
  if (!existsSync(from)) return []
  return readdirSync(from, { withFileTypes: true })
    .flatMap((entry) => {
      if (SKIPPED.has(entry.name)) return []
      const path = join(folder, entry.name).split(sep).join('/')
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
    .sort()
}

export function foldersIn(folder: string): string[] {
  const from = join(root, folder)
  if (!existsSync(from)) return []
  const entries = readdirSync(from, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name)).map((entry) => entry.name)
}

export const exists = (path: string): boolean => existsSync(join(root, path))

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export const isSource = (path: string): boolean => /\.(ts|mts|js|mjs)$/.test(path) && !path.includes('.generated.')

/** Tests, and what only tests use: `*.fixture.ts` beside them, and folders of it. The library's `testing` is published. */
export const isTest = (path: string): boolean =>
  /\.(test|fixture)\.ts$|\/fixtures\//.test(path) || /^packages\/(?!merlon\/)[^/]+\/src\/testing\//.test(path)
