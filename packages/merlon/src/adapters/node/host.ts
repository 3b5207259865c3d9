import type { Counters } from '../../contract/counters.ts'
import type { Host } from '../../guard/build.ts'
import { stderrLog } from './log.ts'
import { nodePlatform } from './platform.ts'

/** @param counters what counts where the user gives nothing */
export function nodeHost(counters: () => Counters): Host {
  return { platform: nodePlatform, log: stderrLog, counters, env: () => process.env, readFile }
}

/** Not imported: most policies name no file. */
function readFile(path: string): string {
  return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')
}
