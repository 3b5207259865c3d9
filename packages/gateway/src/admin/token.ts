import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { OptionError } from '../address.ts'

const BEARER = /^Bearer +([\w-]{43})$/i
const TEXT = /^[\w-]{43}$/

/** What operators show: 32 random bytes in a file that only its owner may read. */
export class Token {
  readonly file: string
  readonly #digest: Buffer

  constructor(file: string, text: string) {
    this.file = file
    this.#digest = digestOf(text)
  }

  /** Digests are compared: neither the length nor a prefix of the token shows in the time. */
  isIn(header: string | undefined): boolean {
    const found = BEARER.exec(header ?? '')?.[1]
    return found !== undefined && timingSafeEqual(digestOf(found), this.#digest)
  }
}

/**
 * Reads the token from its file, or makes one there, with mode 0600 in a folder of mode 0700.
 *
 * @throws OptionError where others may read the file, or it holds something else
 */
export function openToken(file: string): Token {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    // Made by this very call, or not at all: a file or link that somebody has put there is not written through.
    const text = randomBytes(32).toString('base64url')
    writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' })
    chmodSync(file, 0o600)
    return new Token(file, text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = lstatSync(file)
  if (!found.isFile() || (process.platform !== 'win32' && (found.mode & 0o077) !== 0)) {
    throw new OptionError('adminToken', `a file that only its owner may read (chmod 600 ${file})`, file)
  }
  const text = readFileSync(file, 'utf8').trim()
  if (!TEXT.test(text)) throw new OptionError('adminToken', 'a file that the gateway has made, or none yet', file)
  return new Token(file, text)
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
