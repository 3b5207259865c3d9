import type { Counters } from '../../contract/counters.ts'
import type { Host } from '../../guard/build.ts'
import { consoleLog } from './log.ts'
import { webPlatform } from './platform.ts'

interface MaybeProcess {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> }
}

/** @param counters what counts where the user gives nothing */
export function webHost(counters: () => Counters): Host {
  return { platform: webPlatform, log: consoleLog, counters, env: variables }
}

/** A copy: Deno asks for leave at each variable that is read, and without it there are none (`--allow-env`). */
function variables(): Readonly<Record<string, string | undefined>> {
  try {
    return { ...(globalThis as MaybeProcess).process?.env }
  } catch {
    return {}
  }
}
