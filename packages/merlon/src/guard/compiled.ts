import { canonicalJson } from '../policy/jcs.ts'
import { parseJson } from '../policy/json.ts'
import { PolicyError } from '../policy/mistake.ts'
import { formatValue, quote } from '../policy/quote.ts'
import { type CanonicalPolicy, FORMAT } from './expand/canonical.ts'
import { isObject } from './expand/tree.ts'

/** A canonical policy as a file, for hosts that read no other. */
export interface CompiledPolicy {
  /** Of the file and of the policy in it. */
  readonly format: typeof FORMAT
  /**
   * `sha256:` and 64 hexadecimal digits, over the policy's RFC 8785 form in UTF-8. It finds what was changed by hand, cut
   * or converted on the way. It is no signature: who can write the file can write another digest.
   */
  readonly digest: string
  readonly policy: CanonicalPolicy
}

/** @throws {PolicyError} where a text holds half a character, which no other reader could take as it is */
export async function compilePolicy(policy: CanonicalPolicy): Promise<CompiledPolicy> {
  return { format: FORMAT, digest: await digestOf(policy), policy }
}

/**
 * Reads a compiled policy.
 *
 * @throws {PolicyError} for what is none, for another format, and where policy and digest do not fit
 */
export async function verifyCompiled(text: string, file = 'the compiled policy'): Promise<CanonicalPolicy> {
  const { tree, mistakes } = parseJson(text, file)
  if (mistakes.length > 0) throw new PolicyError(mistakes)
  const refuse = (path: readonly string[], message: string, suggestion: string): never => {
    throw new PolicyError([{ path, file, message, suggestion }])
  }
  const { format, digest, policy } = isObject(tree) ? tree : {}
  if (format === undefined || !isObject(policy)) {
    return refuse([], 'expected a compiled policy: "format", "digest" and "policy"', RECOMPILE)
  }
  for (const [path, found] of [
    [['format'], format],
    [['policy', 'format'], policy['format']],
  ] as const) {
    if (found !== FORMAT) refuse(path, `expected format ${FORMAT}, got ${formatValue(found, path)}`, OTHER_VERSION)
  }
  const computed = await digestOf(policy)
  if (digest !== computed) {
    const got = typeof digest === 'string' ? quote(digest) : formatValue(digest, ['digest'])
    refuse(['digest'], `expected the digest of the policy that is there, ${computed}, got ${got}`, CHANGED)
  }
  return policy as unknown as CanonicalPolicy
}

const RECOMPILE = 'write one: merlon check --compile <file>'
const OTHER_VERSION = 'compile it again with the version that reads it: merlon check --compile <file>'
const CHANGED = 'it was changed after it was compiled: change the written policy and compile that'

/** Web Crypto is in every runtime, Node 20 included. */
async function digestOf(policy: unknown): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(textOf(policy))))
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function textOf(policy: unknown): string {
  try {
    return canonicalJson(policy)
  } catch (error) {
    if (error instanceof TypeError) throw new PolicyError([{ path: ['policy'], message: error.message }])
    throw error
  }
}
