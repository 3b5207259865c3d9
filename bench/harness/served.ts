import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { measured } from './machine.ts'

/** What a process says of itself. */
export interface Usage {
  readonly cpuMicros: number
  readonly rssBytes: number
}

/** A server in a process of its own, which tells its processor time and memory when it is asked. */
export interface Served {
  readonly port: number
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/**
 * Starts one of `bench/servers`. They are plain JavaScript: a loader that rewrites sources would be measured with them.
 *
 * @param args which of its kinds, and what it needs to know
 */
export async function serve(file: string, args: readonly string[], on = measured): Promise<Served> {
  const script = fileURLToPath(new URL(`../servers/${file}.mjs`, import.meta.url))
  const [program, list] = on(process.execPath, [script, ...args])
  const child = spawn(program, list, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`bench/servers/${file}.mjs has ended with ${code}`)
  })
  // It ends when it is stopped too, and then nobody waits for it.
  ended.catch(() => {})
  const answer = async <T>() => (await Promise.race([once(child, 'message'), ended]))[0] as T
  const { port } = await answer<{ port: number }>()
  return {
    port,
    usage: () => {
      child.send('usage')
      return answer<Usage>()
    },
    stop: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}
