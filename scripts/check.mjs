// @ts-check
// `npm run check`: everything that is checked without running the product. All checks run, whichever fail; what a
// failing one said follows at once.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { install, npm, orSay, root } from './setup.mjs'
import { sayTally, writeTally } from './tally.mjs'

const PACKED = join(root, '.run/packed')
const tally = { passed: 0, failed: 0 }

orSay(install, () => process.exit(1))
check('format and lint (biome)', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')
check('types (tsc)', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json')
check('generated files', 'scripts/generate.mjs', '--check')
check('unused code and packages (knip)', 'node_modules/knip/bin/knip.js')
check('build (tsdown)', 'scripts/setup.mjs')
judge('packages as npm would publish them', pack)
for (const file of existsSync(PACKED) ? readdirSync(PACKED) : []) {
  const tarball = join(PACKED, file)
  const name = file.replace(/-\d.*$/, '')
  const profile = name === 'merlon' ? 'node16' : 'esm-only'
  check(`${name}: package.json (publint)`, 'node_modules/publint/src/cli.js', 'run', tarball, '--strict')
  check(`${name}: types (attw)`, 'node_modules/@arethetypeswrong/cli/dist/index.js', tarball, '--profile', profile)
}
check('the house', 'node_modules/vitest/vitest.mjs', 'run', 'house', '--exclude', '**/pack.test.ts')

writeTally('check', tally)
sayTally(tally)
process.exit(tally.failed === 0 ? 0 : 1)

/** @param {string} name @param {string} script @param {string[]} args */
function check(name, script, ...args) {
  judge(name, () => spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, encoding: 'utf8' }))
}

/** @param {string} name @param {() => { status: number | null, stdout: string, stderr: string }} run */
function judge(name, run) {
  const start = Date.now()
  const { status, stdout, stderr } = run()
  const took = `${((Date.now() - start) / 1000).toFixed(1)} s`
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${took})`)
  if (status === 0) return void tally.passed++
  tally.failed++
  console.log(`${stdout}${stderr}`.trimEnd().replace(/^/gm, '       '))
}

function pack() {
  rmSync(PACKED, { recursive: true, force: true })
  mkdirSync(PACKED, { recursive: true })
  const workspaces = ['merlon', '@merlon/gateway', '@merlon/cli'].flatMap((name) => ['--workspace', name])
  return npm('pack', ...workspaces, '--pack-destination', PACKED)
}
