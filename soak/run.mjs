// @ts-check
// `npm run soak`: the long runs, one after the other; `npm run soak -- gateway-memory` one of them. Each writes what it
// measured to soak/results.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const RUNS = ['gateway-memory', 'memory-floods', 'redis-exact', 'store-lost', 'leased-redis']

const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !RUNS.includes(name))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are: ${RUNS.join(', ')}`)
  process.exit(2)
}
for (const name of chosen.length > 0 ? chosen : RUNS) {
  console.log(`${name} …`)
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}
