import type { Cluster } from 'node:cluster'
import type { Counters } from '../../contract/counters.ts'
import type { Host } from '../../guard/build.ts'
import { stderrLog } from './log.ts'
import { nodePlatform } from './platform.ts'

/** @param counters what counts where the user gives nothing */
export function nodeHost(counters: () => Counters): Host {
  return { platform: nodePlatform, log: stderrLog, counters, env: () => process.env, readFile, forked }
}

/** Not imported: most policies name no file. */
function readFile(path: string): string {
  return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')
}

/** Only a process that another has started can be a worker; the others need not load the module. */
function forked(): boolean {
  return process.send !== undefined && (process.getBuiltinModule('node:cluster') as unknown as Cluster).isWorker
}
