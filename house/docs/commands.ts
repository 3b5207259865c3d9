import { createServer, type Server } from 'node:http'
import { run } from '@merlon/cli'
import { read } from '../tree.ts'
import type { Block } from './blocks.ts'
import { folderOf, writePolicy } from './policies.ts'
import type { Ports } from './ports.ts'

interface Manifest {
  readonly name?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const manifest = (path: string) => JSON.parse(read(path)) as Manifest
const repository = manifest('package.json')
const ours = ['merlon', 'gateway', 'cli'].map((name) => manifest(`packages/${name}/package.json`))
const packages = ours.flatMap(({ name = '', peerDependencies = {} }) => [name, ...Object.keys(peerDependencies)])

/** What is wrong with a line that the docs tell users to type; undefined where it is fine. */
export function wrongCommand(line: string): string | undefined {
  const [program, word = '', ...rest] = line.trim().split(/\s+/)
  if (program === 'npm' && word === 'install') return wrongPackage(rest)
  if (program === 'npm') return wrongScript(word === 'run' ? (rest[0] ?? '') : word)
  if (program === 'npx' && word === 'merlon') return undefined
  return 'a command that no test knows'
}

function wrongPackage(words: readonly string[]): string | undefined {
  const names = words.filter((each) => !each.startsWith('-'))
  const unknown = names.find((name) => !packages.includes(name))
  return unknown && `${unknown} is no package of ours, nor one that ours can use`
}

function wrongScript(name: string): string | undefined {
  return Object.hasOwn(repository.scripts ?? {}, name) ? undefined : `package.json has no script "${name}"`
}

/** The `npx merlon serve …` of a block, if it holds one. */
export function serveIn({ text }: Block): string | undefined {
  return text.split('\n').find((line) => line.startsWith('npx merlon serve '))
}

/**
 * Runs a block's `npx merlon serve …` in this process, before a service that answers every request. Gives what stops
 * both.
 */
export async function runServe(block: Block, policy: Block | undefined, ports: Ports): Promise<() => Promise<void>> {
  const words = ports
    .real(serveIn(block) ?? '')
    .split(/\s+/)
    .slice(2)
  const folder = folderOf(block)
  const file = policy && writePolicy(policy, folder)
  const at = words.indexOf('--policy') + 1
  if (file && at > 0) words[at] = file
  for (const [flag, port] of [
    ['--listen', '8080'],
    ['--admin', '9090'],
  ] as const) {
    if (!words.includes(flag)) words.push(flag, `127.0.0.1:${ports.real(port)}`)
  }
  const service = await openService(Number(ports.real('3000')))
  const terminal = new StandIn()
  const ended = run(words, terminal)
  const code = await Promise.race([terminal.listening, ended])
  if (code !== undefined) {
    service.close()
    throw new Error(`npx ${words.join(' ')} ended with ${code}: ${terminal.said}`)
  }
  return async () => {
    terminal.stop()
    await ended
    service.close()
  }
}

/** What stands behind a gateway of the docs: it says what it got. */
export async function openService(port: number): Promise<Server> {
  const server = createServer((req, res) => {
    res.setHeader('X-Powered-By', 'Example/1.0')
    res.end(`${req.method} ${req.url}, Forwarded: ${req.headers.forwarded ?? 'none'}\n`)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

/** The process around a command. */
class StandIn {
  said = ''
  readonly env = {}
  #listening: () => void = () => {}
  #signal: (name: string) => void = () => {}
  readonly listening = new Promise<undefined>((resolve) => {
    this.#listening = () => resolve(undefined)
  })
  readonly #signalled = new Promise<string>((resolve) => {
    this.#signal = resolve
  })
  readonly out = {
    write: (text: string) => {
      this.said += text
      if (text.includes('"event":"listening"')) this.#listening()
    },
    flush: async () => {},
  }
  readonly err = (text: string) => {
    this.said += text
  }
  #asked = 0

  /** The first is the one that stops; a second never comes. */
  signal(): Promise<string> {
    return this.#asked++ === 0 ? this.#signalled : new Promise(() => {})
  }

  stop(): void {
    this.#signal('SIGTERM')
  }

  exit(): void {}
}
