import { readPolicy } from 'merlon/file'
import { type CanonicalPolicy, type Inspection, inspectPolicy, PolicyError } from 'merlon/policy'
import { UsageError } from './failure.ts'

/** A policy without mistakes. */
export interface Sound extends Inspection {
  readonly canonical: CanonicalPolicy
}

/**
 * Reads a policy and all that can be said of it for one environment.
 *
 * @throws {PolicyError} with all mistakes, of every environment
 * @throws {UsageError} for an environment that is none: a host takes it for production, but here it is a slip
 */
export function inspectFile(file: string, environment: string): Sound {
  const inspection = inspectPolicy(readPolicy(file), { environment })
  const { canonical, mistakes } = inspection
  if (!canonical) throw new PolicyError(mistakes)
  if (inspection.environment !== environment) {
    const text = JSON.stringify(environment)
    throw new UsageError(`--env ${text}: ${file} has no environment of that name, so a host would be in production.`)
  }
  return { ...inspection, canonical }
}
