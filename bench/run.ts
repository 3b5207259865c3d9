// `npm run bench`: every bench, one after the other; `npm run bench -- NAME` one of them. Each writes what it measured to
// bench/results.
import { setUpOr } from '../scripts/setup.mjs'
import { pinLoad } from './harness/machine.ts'
import { printResult, type Result, writeResult } from './harness/result.ts'

const BENCHES: Readonly<Record<string, () => Promise<{ run: () => Promise<Result> }>>> = {
  express: () => import('./express.ts'),
  node: () => import('./node.ts'),
  guard: () => import('./guard.ts'),
  memory: () => import('./memory.ts'),
  redis: () => import('./redis.ts'),
  leased: () => import('./leased.ts'),
  start: () => import('./start.ts'),
  gateway: () => import('./gateway.ts'),
  size: () => import('./size.ts'),
}

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}
// What users run is measured, and not the sources.
setUpOr(() => process.exit(1))
pinLoad()
for (const name of chosen.length > 0 ? chosen : Object.keys(BENCHES)) {
  const { run } = await (BENCHES[name] as () => Promise<{ run: () => Promise<Result> }>)()
  const result = await run()
  writeResult(name, result)
  printResult(name, result)
}
