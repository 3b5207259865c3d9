import * as z from 'zod/mini'
import { secretNames } from '../../contract/secret.ts'
import { once } from '../../policy/once.ts'
import { count } from '../../policy/units.ts'

/** A secret in a file, such as those that Docker and Kubernetes mount. */
export interface SecretFile {
  /** Its path. The file is read when the secret is first needed, and holds it in hex or base64. */
  readonly file: string
}

/** A secret and those before it, by their versions: the highest signs, and all verify. */
export interface SecretVersions {
  readonly [version: string]: string | SecretFile
}

export type WrittenSecret = string | SecretFile | SecretVersions

/** `secrets` in the policy: at least 32 random bytes each, in hex or base64, by `${NAME}` or from a file. */
export interface SecretsOptions {
  /** What all that are not written are derived from (HKDF-SHA-256). */
  readonly root?: WrittenSecret
  /** What limits count by is hashed with it in stores that processes share. */
  readonly subjects?: WrittenSecret
  /** It signs the cookie of a device that somebody has signed in from. */
  readonly device?: WrittenSecret
  /** API keys are hashed with it. */
  readonly pepper?: WrittenSecret
  /** It makes the tags of API keys, by which invented ones are told without a look-up. */
  readonly tag?: WrittenSecret
  /** It signs short-lived tokens. */
  readonly tokens?: WrittenSecret
  /** It signs what services behind the gateway are told of who is calling. */
  readonly identity?: WrittenSecret
  /** It encrypts answers that are kept for idempotency. */
  readonly records?: WrittenSecret
}

/** All that may stand under `secrets`: one text is the root. */
export type SecretsWritten = SecretsOptions | string

/** One version of a secret, canonical. */
export type Source = { readonly text: string } | { readonly file: string }

/** By name, `root` among them, and then by version. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, Source>>>>

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
export const WRITE = "secrets: '${MERLON_SECRET}'"
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
const SOURCE = 'a variable such as "${MERLON_SECRET}", or a file such as { file: "/run/secrets/merlon" }'
const VERSION = 'a version: a whole number from 1 to 999'
const ANY = `${SOURCE}, or several of these by version`

function secretsSchemaOf() {
  const text = z.pipe(
    z.string({ error: SOURCE }).check(z.minLength(1, { error: SOURCE })),
    z.transform((written: string): Source => ({ text: written })),
  )
  const file = z.strictObject({ file: z.string({ error: SOURCE }).check(z.minLength(1, { error: SOURCE })) })
  const source = z.union([text, file], { error: SOURCE })
  const version = z.string().check(z.regex(/^[1-9]\d{0,2}$/, { error: VERSION }))
  const versions = () =>
    z.optional(
      z
        .record(version, source, { error: ANY })
        .check(z.refine((each) => Object.keys(each).length > 0, { error: 'at least one version' })),
    )
  const shape = { root: versions(), ...Object.fromEntries(secretNames.map((name) => [name, versions()])) }
  return z.pipe(
    z.strictObject(shape, { error: `${SOURCE}, or secrets by name` }),
    z.transform((read): Secrets => read as Secrets),
  )
}

export const secretsSchema = once((): z.ZodMiniType<Secrets> => secretsSchemaOf())

/** One text is the root, and one without a version the first. */
export function desugarSecrets(written: unknown): unknown {
  if (typeof written === 'string') return { root: { 1: written } }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  return Object.fromEntries(
    Object.entries(written).map(([name, each]) => [
      name,
      typeof each === 'string' || isFile(each) ? { 1: each } : each,
    ]),
  )
}

function isFile(written: unknown): boolean {
  return typeof written === 'object' && written !== null && Object.hasOwn(written, 'file')
}

/** Null where the policy does not say. */
export type Instances = number | null

export const instancesSchema = once(
  (): z.ZodMiniType<Instances> =>
    z.pipe(
      z.union(
        [
          z.pipe(
            z.strictObject({}),
            z.transform((): Instances => null),
          ),
          count(1, 10_000),
        ],
        {
          error: 'a whole number from 1 to 10000',
        },
      ),
      z.transform((read): Instances => read),
    ),
)
