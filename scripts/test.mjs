// @ts-check
// `npm test`: sets up what is missing, runs every test, and ends with one line that counts them.
// What follows `--` goes to Vitest: `npm test -- packages/merlon/src/policy`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installPrograms, orSay, root, setUpOr } from './setup.mjs'
import { readTally, sayTally, writeTally } from './tally.mjs'

setUpOr(failed)
orSay(installPrograms, failed)

console.log('Running the tests\n')
const report = join(root, '.run/vitest.json')
mkdirSync(join(root, '.run'), { recursive: true })
rmSync(report, { force: true })
const vitest = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
)
const status = vitest.status ?? 1
const tally = readTally(report, status)
writeTally('test', tally)
sayTally(tally)
process.exit(status)

function failed() {
  const tally = { passed: 0, failed: 1 }
  writeTally('test', tally)
  sayTally(tally)
  process.exit(1)
}
