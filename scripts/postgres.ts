// A real PostgreSQL server for tests: on a free port, its data in a temporary folder, and gone when it is stopped or this
// process ends.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

const READY_WITHIN_MS = 20_000

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGQUIT')
})

/** One server. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number
  /** `postgres://postgres@127.0.0.1:…/postgres` */
  readonly url: string
  /** Runs statements outside of whatever client is under test. */
  query(text: string): Promise<Record<string, unknown>[]>
  /** SIGSTOP, to each of its processes: it holds its connections and answers nothing. */
  pause(): void
  resume(): void
  /** Ends it at once, without a checkpoint: what is unlogged is lost. */
  kill(): Promise<void>
  /** Starts it again on its port, with the data that it had. */
  restart(): Promise<void>
  /** Ends it for good, and takes its data away. */
  stop(): Promise<void>
}

/** @param port a free one where none is named */
export async function openPostgres(port?: number): Promise<PostgresServer> {
  const server = new PostgresProcess(port ?? (await freePort()))
  await server.restart()
  return server
}

class PostgresProcess implements PostgresServer {
  readonly url: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'merlon-postgres-'))
  readonly #data = join(this.#folder, 'data')
  readonly #bin = binaries()
  readonly #as = user()
  #child: ChildProcess | undefined
  #paused: number[] = []

  constructor(readonly port: number) {
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
    // The server does not run as root, and has to get to its data.
    chmodSync(this.#folder, 0o755)
    mkdirSync(this.#data, { mode: 0o700 })
    if (this.#as.uid !== undefined) chownSync(this.#data, this.#as.uid, this.#as.gid ?? 0)
    const args = ['-D', this.#data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync']
    execFileSync(join(this.#bin, 'initdb'), args, { ...this.#as, cwd: '/', stdio: 'pipe' })
  }

  async restart(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'unix_socket_directories=', 'max_connections=100']
    const args = ['-D', this.#data, '-p', String(this.port), ...settings.flatMap((each) => ['-c', each])]
    const child = spawn(join(this.#bin, 'postgres'), args, {
      ...this.#as,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    running.add(child)
    child.once('exit', () => running.delete(child))
    let said = ''
    child.stderr?.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4096)
    })
    this.#child = child
    for (const start = Date.now(); Date.now() - start < READY_WITHIN_MS; ) {
      if (child.exitCode !== null) throw new Error(`postgres has ended:\n${said}`)
      if (await this.query('SELECT 1').catch(() => undefined)) return
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    throw new Error(`PostgreSQL was not ready in time:\n${said}`)
  }

  async kill(): Promise<void> {
    this.resume()
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGQUIT')
    await once(child, 'exit')
  }

  pause(): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
    // The first of them starts the others.
    this.#paused = [pid, ...children.filter((each) => each > 0)]
    for (const each of this.#paused) process.kill(each, 'SIGSTOP')
  }

  resume(): void {
    for (const each of this.#paused) process.kill(each, 'SIGCONT')
    this.#paused = []
  }

  async query(text: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2000 })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Debian keeps each version's in a folder of its own, outside of PATH. */
function binaries(): string {
  const root = '/usr/lib/postgresql'
  try {
    const [version = ''] = readdirSync(root).sort((a, b) => Number(b) - Number(a))
    return join(root, version, 'bin')
  } catch {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim()
  }
}

/** Whom it runs as: where this is root, the user that its package has made. */
function user(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (typeof address !== 'object' || address === null) throw new Error('found no free port for PostgreSQL')
  return address.port
}
