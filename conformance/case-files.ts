import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Case, CaseFile } from './format.ts'

const FOLDER = new URL('../spec/conformance/', import.meta.url)

/** One file of cases. */
export interface Loaded {
  /** The folder's name: a defence, or `guard` for what is no defence's. */
  readonly defence: string
  /** `cors/origins` */
  readonly path: string
  readonly content: CaseFile
}

export function loadCaseFiles(): Loaded[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[a-z]+[/\\][a-z-]+\.json$/.test(path))
    .map((path) => path.replace(/\\/g, '/').replace(/\.json$/, ''))
    .sort()
    .map((path) => ({
      defence: path.split('/', 1)[0] as string,
      path,
      content: JSON.parse(readFileSync(new URL(`${path}.json`, FOLDER), 'utf8')) as CaseFile,
    }))
}

/** The policy and the environment that hold for a case: its own, else its file's. */
export function settingOf({ content, path }: Loaded, each: Case) {
  return { id: `${path}/${each.name}`, policy: each.policy ?? content.policy, env: each.env ?? content.env ?? {} }
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')
  } catch {
    return undefined
  }
}
