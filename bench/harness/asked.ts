import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { measured } from './machine.ts'

/** A process that does work when it is asked, and says what it took. */
export interface Asked {
  ask(question: unknown): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

/**
 * Starts one of `bench/servers` that listens to the bench alone.
 *
 * @param args which of its kinds, and what it needs to know
 */
export function openAsked(file: string, args: readonly string[]): Asked {
  const script = fileURLToPath(new URL(`../servers/${file}.mjs`, import.meta.url))
  const [program, list] = measured(process.execPath, ['--expose-gc', '--max-old-space-size=8192', script, ...args])
  const child = spawn(program, list, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`bench/servers/${file}.mjs has ended with ${code}`)
  })
  // It ends when it is stopped too, and then nobody waits for it.
  ended.catch(() => {})
  return {
    ask: async (question) => {
      child.send(question as object)
      return (await Promise.race([once(child, 'message'), ended]))[0]
    },
    stop: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}
