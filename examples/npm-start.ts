import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Vitest says `test`, and a person says nothing: the environment is production then. */
const { NODE_ENV: _, MERLON_ENV: __, ...ENV } = process.env

/** `npm start` as a person runs it: in a terminal's process group, so that Ctrl-C reaches all of it. */
export class NpmStart {
  readonly process: ChildProcess
  output = ''

  constructor(...args: string[]) {
    this.process = spawn('npm', ['start', '--', ...args], {
      cwd: root,
      env: ENV,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
  }

  /** Waits for the last line of the introduction; throws with all that was said where it ends before. */
  async ready(): Promise<string> {
    while (!this.output.includes('Ctrl-C stops')) {
      if (this.process.exitCode !== null)
        throw new Error(`npm start exited with ${this.process.exitCode}:\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return this.output
  }

  /** Everything that it started, itself included. */
  family(): number[] {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,pgid='], { encoding: 'utf8' }).trim().split('\n')
    return rows
      .map((row) => row.trim().split(/\s+/).map(Number))
      .flatMap(([pid = 0, group]) => (group === this.process.pid ? [pid] : []))
  }

  /** Sends the signal to the whole group, as a terminal does, and gives the exit code. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.pid === undefined) return this.process.exitCode
    const exited = once(this.process, 'exit')
    process.kill(-this.process.pid, signal)
    const [code] = (await exited) as [number | null]
    return code
  }
}
