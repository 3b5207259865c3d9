import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { cwd } from 'node:process'
import type * as Yaml from 'yaml'
import { holdPolicy, type Policy } from './policy/define.ts'
import { type Document, MAX_POLICY_BYTES } from './policy/document.ts'
import { parseJson } from './policy/json.ts'
import { PolicyError } from './policy/mistake.ts'
import { parseYaml } from './policy/yaml.ts'

export { type Mistake, PolicyError } from './policy/mistake.ts'
export type { Policy }

/**
 * Reads a policy from a file, synchronously: `.yaml` and `.yml` as YAML 1.2 (needs the package `yaml`), `.json` as JSON.
 *
 * @throws {PolicyError} where there is no such file, it cannot be read, is over 1 MB or is no YAML or JSON. What is
 * wrong with its meaning is told by the guard that is given the policy, all at once.
 */
export function readPolicy(path: string): Policy {
  const file = readable(path)
  const document = parse(file, path)
  if (document.mistakes.length > 0) throw new PolicyError(document.mistakes)
  return holdPolicy(document.tree, document.origin)
}

function parse(file: string, path: string): Document {
  const extension = /\.(ya?ml|json)$/i.exec(path)?.[1]?.toLowerCase()
  if (extension === undefined) throw refused(file, 'expected a file that ends in .yaml, .yml or .json')
  const text = readText(file, path)
  return extension === 'json' ? parseJson(text, file) : parseYaml(loadYaml(file), text, file)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'expected a policy file, but there is none at this path',
  ENOTDIR: 'expected a policy file, but there is none at this path',
  EISDIR: 'expected a policy file, got a directory',
  EACCES: 'expected a file that this process may read',
  EPERM: 'expected a file that this process may read',
}

function readText(file: string, path: string): string {
  let bytes: Uint8Array
  try {
    const found = statSync(path)
    if (found.isDirectory()) throw refused(file, 'expected a policy file, got a directory')
    if (!found.isFile()) throw refused(file, 'expected a policy file, got a pipe or a device')
    if (found.size > MAX_POLICY_BYTES) throw refused(file, 'expected a policy file of at most 1 MB')
    bytes = readFileSync(path)
  } catch (error) {
    if (error instanceof PolicyError) throw error
    const { code } = error as { code?: string }
    throw refused(file, REASONS[code ?? ''] ?? `expected a policy file that can be read (${code ?? 'unknown error'})`)
  }
  // It may have grown since.
  if (bytes.length > MAX_POLICY_BYTES) throw refused(file, 'expected a policy file of at most 1 MB')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refused(file, 'expected text in UTF-8')
  }
}

/** Loaded here and not imported: who writes JSON needs no YAML, and a missing package is said in plain words. */
function loadYaml(file: string): typeof Yaml {
  try {
    // As CommonJS there is no import.meta.url.
    return createRequire(typeof __filename === 'string' ? __filename : import.meta.url)('yaml') as typeof Yaml
  } catch {
    throw refused(file, 'expected the package "yaml", which reads YAML', 'install it: npm install yaml')
  }
}

function refused(file: string, message: string, suggestion?: string): PolicyError {
  return new PolicyError([{ path: [], file, message, ...(suggestion === undefined ? {} : { suggestion }) }])
}

/** Paths under the working directory are printed from there, as editors and terminals link them. */
function readable(path: string): string {
  const near = relative(cwd(), path)
  return near === '' || near.startsWith('..') ? path : near
}
