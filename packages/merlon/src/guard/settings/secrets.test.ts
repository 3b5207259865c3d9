import { hkdfSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { webPlatform } from '../../adapters/fetch/platform.ts'
import { nodePlatform } from '../../adapters/node/platform.ts'
import { secretNames } from '../../contract/secret.ts'
import { checkSecrets, withoutLiterals } from './check.ts'
import type { Secrets } from './options.ts'
import { secretBytes } from './secret-text.ts'
import { openSecrets, type SecretHost } from './secrets.ts'

const OLD = 'Zm9yIHRlc3RzIGFsb25lLCBkcmF3biBhdCByYW5kb206IDE'
const NEW = randomBytes(32).toString('base64')
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

function open(secrets: Secrets, host: Partial<SecretHost> = {}) {
  const told: string[] = []
  const opened = openSecrets(secrets, { platform: nodePlatform, ...host }, (path, expected) =>
    told.push(`${path.join('.')}: ${expected}`),
  )
  return { ...opened, told }
}

describe('what is a secret', () => {
  test.each([
    ['base64', NEW],
    ['base64 without padding', NEW.replace(/=+$/, '')],
    ['base64url', randomBytes(33).toString('base64url')],
    ['hex', randomBytes(32).toString('hex')],
    ['hex in capitals', randomBytes(32).toString('hex').toUpperCase()],
    ['a line with its end', `${NEW}\n`],
    ['a long one', randomBytes(300).toString('base64')],
  ])('%s', (_, text) => {
    expect(secretBytes(text)?.length).toBeGreaterThanOrEqual(32)
  })

  test('whatever is drawn is one: a thousand of each form', () => {
    for (let nth = 0; nth < 1000; nth++) {
      const bytes = randomBytes(32)
      expect(hex(secretBytes(bytes.toString('base64')))).toBe(bytes.toString('hex'))
      expect(hex(secretBytes(bytes.toString('base64url')))).toBe(bytes.toString('hex'))
      expect(hex(secretBytes(bytes.toString('hex')))).toBe(bytes.toString('hex'))
    }
  })

  test.each([
    ['nothing', ''],
    ['too short', randomBytes(31).toString('base64')],
    ['too short in hex', randomBytes(31).toString('hex')],
    ['a word', 'changeme'],
    ['a passphrase', 'correct horse battery staple correct horse battery staple'],
    ['letters typed in a row', 'thisisaverylongpasswordthatiuseforeverythingiown'],
    ['the same over and over', 'ab'.repeat(40)],
    ['zeros', '0'.repeat(64)],
    ['zeros in base64', Buffer.alloc(48).toString('base64')],
    ['a few bytes over and over', Buffer.from('Secret!1'.repeat(8)).toString('base64')],
    ['a length that no bytes have', `${'aB1'.repeat(14)}aB1`.slice(0, 45)],
    ['a URL', 'https://user:Password1@vault.internal/merlon/production/secret'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what was not resolved
    ['a reference', '${MERLON_SECRET}${MERLON_SECRET}${MERLON_SECRET}'],
  ])('%s is none', (_, text) => {
    expect(secretBytes(text)).toBeUndefined()
  })

  test('one that is none is told with what makes one, and never shown', () => {
    const { told } = open({ root: { 1: { text: 'hunter2' } }, tag: { 3: { text: NEW } } })
    expect(told).toEqual([
      'root.1.text: a random secret of at least 32 bytes in hex or base64, made by: openssl rand -base64 32',
    ])
  })
})

describe('a root', () => {
  test('gives each name a key of its own, by HKDF, the same in every runtime', () => {
    const { find } = open({ root: { 1: { text: OLD } } })
    const web = open({ root: { 1: { text: OLD } } }, { platform: webPlatform })
    const keys = secretNames.map((name) => hex(find(name)?.key))
    expect(new Set(keys).size).toBe(secretNames.length)
    expect(secretNames.map((name) => hex(web.find(name)?.key))).toEqual(keys)
    const bytes = secretBytes(OLD) as Uint8Array
    expect(keys[0]).toBe(Buffer.from(hkdfSync('sha256', bytes, '', 'merlon subjects', 32)).toString('hex'))
  })

  test('stands in only for what has no secret of its own', () => {
    const { find } = open({ root: { 1: { text: OLD } }, pepper: { 4: { text: NEW } } })
    expect([find('pepper')?.version, find('tag')?.version]).toEqual([4, 1])
    expect(hex(find('pepper')?.key)).not.toBe(hex(open({ root: { 1: { text: OLD } } }).find('pepper')?.key))
  })

  test('is none for names that are objects’ own', () => {
    expect(open({}).find('constructor' as never)).toBeUndefined()
    expect(open({}).find('subjects')).toBeUndefined()
  })
})

describe.each([
  ['node', nodePlatform],
  ['web', webPlatform],
])('signatures on %s', (_, platform) => {
  const before = open({ root: { 1: { text: OLD } } }, { platform }).find('device')
  const after = open({ root: { 1: { text: OLD }, 2: { text: NEW } } }, { platform }).find('device')

  test('are made by the newest version, and verified by all', async () => {
    const old = (await before?.sign('a')) as Uint8Array
    const signed = (await after?.sign('a')) as Uint8Array
    expect([after?.version, after?.versions]).toEqual([2, [2, 1]])
    expect([await after?.verify('a', old), await after?.verify('a', signed)]).toEqual([1, 2])
    expect([await before?.verify('a', old), await before?.verify('a', signed)]).toEqual([1, undefined])
    expect(hex(after?.keyOf(1))).toBe(hex(before?.key))
    expect(after?.keyOf(3)).toBeUndefined()
  })

  test('are for their own text, whole, and for one use', async () => {
    const signed = (await after?.sign('a')) as Uint8Array
    expect(signed).toHaveLength(32)
    expect(await after?.verify('b', signed)).toBeUndefined()
    expect(await after?.verify('a', signed.subarray(0, 31))).toBeUndefined()
    expect(await after?.verify('a', new Uint8Array(0))).toBeUndefined()
    expect(await after?.verify('a', new Uint8Array(32))).toBeUndefined()
    const tokens = open({ root: { 2: { text: NEW } } }, { platform }).find('tokens')
    expect(await tokens?.verify('a', signed)).toBeUndefined()
  })
})

describe('a file', () => {
  const secrets: Secrets = { root: { 1: { file: '/run/secrets/merlon' } } }

  test('is read at the first use, and once', () => {
    const read: string[] = []
    const readFile = (path: string) => {
      read.push(path)
      return `${OLD}\n`
    }
    const { find, told, open: openAll } = open(secrets, { readFile })
    const subjects = find('subjects')
    expect([told, read]).toEqual([[], []])
    expect(hex(subjects?.key)).toBe(hex(open({ root: { 1: { text: OLD } } }).find('subjects')?.key))
    openAll()
    expect(read).toEqual(['/run/secrets/merlon'])
  })

  test('that cannot be read, or holds no secret, is told by its path, without what it holds', () => {
    const refused = open(secrets, {
      readFile: () => {
        throw Object.assign(new Error('no'), { code: 'EACCES' })
      },
    })
    expect(() => refused.open()).toThrow(
      'the secret in /run/secrets/merlon: expected a file that this process may read (EACCES)',
    )
    const weak = open(secrets, { readFile: () => 'hunter2' })
    expect(() => weak.find('tag')?.key).toThrow(/openssl rand -base64 32$/)
    expect(() => weak.open()).not.toThrow('hunter2')
  })

  test('is a mistake where the host reads none', () => {
    expect(open(secrets).told[0]).toContain('this host reads no files')
  })
})

describe('a secret that stands in the policy', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
  const secrets: Secrets = { root: { 1: { text: OLD }, 2: { text: '${NEW}' } }, tag: { 1: { file: '/tag' } } }

  test('is a finding, without its text', () => {
    const found = checkSecrets(secrets)
    expect(found.map(({ code, severity, path }) => [code, severity, path.join('.')])).toEqual([
      ['secret-literal', 'critical', 'root.1.text'],
    ])
    expect(JSON.stringify(found)).not.toContain(OLD)
  })

  test('is not printed', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
    const printed = { root: { 1: { text: '(not shown)' }, 2: { text: '${NEW}' } }, tag: { 1: { file: '/tag' } } }
    expect(withoutLiterals(secrets)).toEqual(printed)
  })
})
