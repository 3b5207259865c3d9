import { renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type CanonicalPolicy, compilePolicy } from 'merlon/policy'
import { UsageError } from '../failure.ts'

/**
 * Writes a compiled policy, whole or not at all: a host that starts meanwhile reads the old one or the new one.
 *
 * @returns what to say of it
 */
export async function writeCompiled(canonical: CanonicalPolicy, out: string, source: string): Promise<string> {
  if (resolve(out) === resolve(source)) throw new UsageError(`--compile ${out} would overwrite the policy itself.`)
  const compiled = await compilePolicy(canonical)
  const beside = `${out}.${process.pid}.tmp`
  try {
    writeFileSync(beside, `${JSON.stringify(compiled, null, 2)}\n`, { flag: 'wx' })
    renameSync(beside, out)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new UsageError(`--compile ${out}: no file can be written there (${code}).`)
  }
  return `${out}  ${canonical.environment}, ${compiled.digest}\n`
}
