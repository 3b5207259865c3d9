import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { patternOf } from '../house/docs/console.ts'
import { createBookshop } from './bookshop/app.js'
import { NpmStart } from './npm-start.ts'

const ANY_PORTS = ['--port', '0', '--admin-port', '0', '--api-port', '0']

let started: NpmStart | undefined

afterEach(async () => {
  for (const pid of started?.family() ?? []) process.kill(pid, 'SIGKILL')
  started = undefined
})

async function start(...args: string[]): Promise<string> {
  started = new NpmStart('npm', 'start', '--', ...args)
  return started.ready()
}

/** The addresses as they were printed: the API, the gateway, the admin. */
function addresses(output: string): [direct: string, guarded: string, admin: string] {
  const [direct = '', guarded = '', admin = ''] = [...output.matchAll(/^ {2}(http:\/\/\S+)/gm)].map(([, url]) => url)
  return [direct, guarded, admin]
}

/** What stands in the README: `$ command`, and below it what it prints. */
function shown(): { command: string; prints: string }[] {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  return [...text.matchAll(/```console\n\$ (for at in .*)\n([\s\S]*?)\n```/g)].map(([, command = '', prints = '']) => ({
    command,
    prints,
  }))
}

describe('npm start', () => {
  test('prints five commands, and they print what the README says', async () => {
    const output = await start(...ANY_PORTS)
    const [direct, guarded] = addresses(output).map((url) => new URL(url).host)
    const commands = [...output.matchAll(/^ {3}(for at in .*)$/gm)].map(([, command = '']) => command)
    const ported = (text: string) =>
      text.replaceAll('127.0.0.1:4000', `${direct}`).replaceAll('127.0.0.1:8080', `${guarded}`)
    expect(commands).toHaveLength(5)
    expect(commands).toEqual(shown().map(({ command }) => ported(command)))
    for (const { command, prints } of shown()) {
      const { stdout } = spawnSync('sh', ['-c', ported(command)], { encoding: 'utf8' })
      expect(`${stdout.replaceAll('\r', '').trimEnd()}\n`).toMatch(patternOf(ported(prints)))
    }
  }, 120_000)

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'stops all that it started on %s, and is content',
    async (signal) => {
      started = new NpmStart(process.execPath, 'scripts/start.mjs', ...ANY_PORTS)
      const urls = addresses(await started.ready())
      expect(started.family()).toHaveLength(3)
      expect(await started.interrupt(signal)).toBe(0)
      expect(started.family()).toEqual([])
      for (const url of urls) await expect(fetch(url)).rejects.toThrow()
    },
    120_000,
  )

  test('leaves nothing behind where npm alone is told to stop', async () => {
    await start(...ANY_PORTS)
    started?.process.kill('SIGTERM')
    await started?.gone()
  }, 120_000)

  test('gets out of the way of what already listens, and says so', async () => {
    const other = createBookshop().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const taken = String((other.address() as AddressInfo).port)
    const output = await start('--port', taken, '--admin-port', '0', '--api-port', '0')
    expect(output).toContain(`Port ${taken} is taken, so the gateway gets another one`)
    expect((await fetch(addresses(output)[1])).headers.get('x-content-type-options')).toBe('nosniff')
    other.close()
  }, 120_000)

  test('protects an API of your own, with the hardened defaults where no policy is given', async () => {
    const own = createBookshop().listen(0, '127.0.0.1')
    await once(own, 'listening')
    const upstream = `http://127.0.0.1:${(own.address() as AddressInfo).port}`
    const output = await start('--upstream', upstream, '--port', '0', '--admin-port', '0')
    const [direct, guarded] = addresses(output)
    expect(direct).toBe(upstream)
    const { status, headers } = await fetch(`${guarded}/books/1`)
    expect([status, headers.get('x-content-type-options'), headers.get('x-powered-by')]).toEqual([200, 'nosniff', null])
    own.close()
    own.closeAllConnections()
  }, 120_000)

  test('says what is wrong with a policy, and ends', async () => {
    started = new NpmStart(process.execPath, 'scripts/start.mjs', '--policy', 'examples/none.yaml', ...ANY_PORTS)
    await expect(started.ready()).rejects.toThrow('examples/none.yaml')
    expect(started.process.exitCode).toBe(1)
  }, 120_000)
})
