import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'

/** The core of what is measured, and the core of whoever loads it: neither takes time from the other. */
const MEASURED = 0
const LOADING = 1

const canPin =
  process.platform === 'linux' && availableParallelism() > 1 && spawnSync('taskset', ['-V']).error === undefined

/** What a result was measured on; nothing in it says where. */
export function describeMachine(): string {
  const [first] = cpus()
  const pinned = canPin ? 'pinned' : 'not pinned'
  return `${first?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${pinned}, Node ${process.versions.node}`
}

/** Moves this process, with all its threads, to the core of the load. */
export function pinLoad(): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(LOADING), String(process.pid)])
}

/** The command that starts a program on the core of what is measured. */
export function measured(program: string, args: readonly string[]): [program: string, args: string[]] {
  return canPin ? ['taskset', ['-c', String(MEASURED), program, ...args]] : [program, [...args]]
}

/** The same on the core of the load: upstreams, which are not what is measured. */
export function loading(program: string, args: readonly string[]): [program: string, args: string[]] {
  return canPin ? ['taskset', ['-c', String(LOADING), program, ...args]] : [program, [...args]]
}
