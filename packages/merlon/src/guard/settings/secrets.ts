import type { Platform } from '../../contract/platform.ts'
import type { Secret, SecretName } from '../../contract/secret.ts'
import type { MaybePromise } from '../../contract/verdict.ts'
import type { Secrets, Source } from './options.ts'
import { SECRET, secretBytes } from './secret-text.ts'

/** Reports what is wrong with a secret, by its place in the section. Nothing that is said shows one. */
export type Tell = (path: readonly string[], expected: string) => void

export interface SecretHost {
  readonly platform: Platform
  /** Where the host can read files: the text of one. */
  readonly readFile?: ((path: string) => string) | undefined
}

/** The policy's secrets, ready to be used. */
export interface OpenSecrets {
  find(name: SecretName): Secret | undefined
  /**
   * Reads the files among them, which else happens at the first use.
   *
   * @throws TypeError where one cannot be read, or holds no secret
   */
  open(): void
}

/** Looks at all of them. Files are not read yet: what is wrong with them shows when they are. */
export function openSecrets(secrets: Secrets, host: SecretHost, tell: Tell): OpenSecrets {
  for (const [name, versions] of Object.entries(secrets)) {
    for (const [version, source] of Object.entries(versions)) {
      const at = [name, version]
      if ('text' in source) {
        if (secretBytes(source.text) === undefined) tell([...at, 'text'], SECRET)
      } else if (host.readFile === undefined) {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
        tell([...at, 'file'], 'a variable such as "${MERLON_SECRET}": this host reads no files')
      }
    }
  }
  const found = new Map<string, DerivedSecret>()
  const roots = new Map<Source, Uint8Array>()
  return {
    find(name) {
      const known = found.get(name)
      if (known) return known
      const versions = own(secrets, name) ?? own(secrets, 'root')
      if (versions === undefined) return undefined
      const secret = new DerivedSecret(name, versions, host, roots)
      found.set(name, secret)
      return secret
    },
    open() {
      for (const versions of Object.values(secrets)) {
        for (const source of Object.values(versions)) readSource(source, host, roots)
      }
    },
  }
}

function own(secrets: Secrets, name: string): Secrets[string] | undefined {
  return Object.hasOwn(secrets, name) ? secrets[name] : undefined
}

class DerivedSecret implements Secret {
  readonly versions: readonly number[]
  readonly #info: string
  readonly #sources: Readonly<Record<string, Source>>
  readonly #host: SecretHost
  readonly #read: Map<Source, Uint8Array>
  readonly #keys = new Map<number, Uint8Array>()

  constructor(
    name: string,
    sources: Readonly<Record<string, Source>>,
    host: SecretHost,
    read: Map<Source, Uint8Array>,
  ) {
    // So that one text under two names still gives two keys.
    this.#info = `merlon ${name}`
    this.#sources = sources
    this.#host = host
    this.#read = read
    this.versions = Object.keys(sources)
      .map(Number)
      .sort((a, b) => b - a)
  }

  get version(): number {
    return this.versions[0] as number
  }

  get key(): Uint8Array {
    return this.keyOf(this.version) as Uint8Array
  }

  keyOf(version: number): Uint8Array | undefined {
    const known = this.#keys.get(version)
    if (known) return known
    const source = this.versions.includes(version) ? this.#sources[version] : undefined
    if (source === undefined) return undefined
    const key = this.#host.platform.hkdf(readSource(source, this.#host, this.#read), this.#info)
    this.#keys.set(version, key)
    return key
  }

  sign(text: string): MaybePromise<Uint8Array> {
    return this.#host.platform.hmac(this.key, new TextEncoder().encode(text))
  }

  verify(text: string, signature: Uint8Array): MaybePromise<number | undefined> {
    return this.#verify(new TextEncoder().encode(text), signature, 0)
  }

  /** One after the other: most are of the newest. */
  #verify(data: Uint8Array, signature: Uint8Array, from: number): MaybePromise<number | undefined> {
    for (let at = from; at < this.versions.length; at++) {
      const version = this.versions[at] as number
      const made = this.#host.platform.hmac(this.keyOf(version) as Uint8Array, data)
      if (made instanceof Uint8Array) {
        if (sameBytes(made, signature)) return version
      } else {
        return made.then((late) => (sameBytes(late, signature) ? version : this.#verify(data, signature, at + 1)))
      }
    }
    return undefined
  }
}

function readSource(source: Source, { readFile }: SecretHost, read: Map<Source, Uint8Array>): Uint8Array {
  const known = read.get(source)
  if (known) return known
  const text = 'text' in source ? source.text : fileText(source.file, readFile)
  const bytes = secretBytes(text)
  if (bytes === undefined) {
    throw new TypeError(`${'file' in source ? `the secret in ${source.file}` : 'a secret'}: expected ${SECRET}`)
  }
  read.set(source, bytes)
  return bytes
}

function fileText(file: string, readFile: SecretHost['readFile']): string {
  try {
    return readFile?.(file) ?? ''
  } catch (error) {
    const { code = 'unknown error' } = error as { code?: string }
    throw new TypeError(`the secret in ${file}: expected a file that this process may read (${code})`, { cause: error })
  }
}

/** In a time that says nothing of where they differ. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let differs = 0
  for (let at = 0; at < a.length; at++) differs |= (a[at] as number) ^ (b[at] as number)
  return differs === 0
}
