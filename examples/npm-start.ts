import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Vitest says `test`, and a person says nothing: the environment is production then. */
const { NODE_ENV: _, MERLON_ENV: __, ...ENV } = process.env

/** `npm start` as a person runs it: in a process group of its own, as a terminal gives it, so that Ctrl-C reaches all. */
export class NpmStart {
  readonly process: ChildProcess
  output = ''

  constructor(program: string, ...args: string[]) {
    this.process = spawn(program, args, { cwd: root, env: ENV, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
  }

  get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null
  }

  /** Waits for the last line of the introduction; throws with all that was said where it ends before. */
  async ready(): Promise<string> {
    while (!this.output.includes('Ctrl-C stops')) {
      if (this.ended) throw new Error(`it exited with ${this.process.exitCode}:\n${this.output}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return this.output
  }

  /** The process ids of all that it started and that still run, itself included. */
  family(): number[] {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,pgid='], { encoding: 'utf8' }).trim().split('\n')
    return rows.flatMap((row) => {
      const [pid, group] = row.trim().split(/\s+/).map(Number)
      return pid !== undefined && group === this.process.pid ? [pid] : []
    })
  }

  /** Sends the signal to all of it, as Ctrl-C does, and gives the exit code. */
  async interrupt(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.ended && this.process.pid !== undefined) {
      const exited = once(this.process, 'exit')
      process.kill(-this.process.pid, signal)
      await exited
    }
    return this.process.exitCode
  }

  /** Waits until nothing of it runs any more. */
  async gone(): Promise<void> {
    while (this.family().length > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
