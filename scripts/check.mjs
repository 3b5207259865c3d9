// @ts-check
// `npm run check`: everything that is checked without running the product. All checks run, whichever fail; what a
// failing one said follows at once.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'
import { sayTally, writeTally } from './tally.mjs'

const at = (/** @type {string} */ path) => join(root, 'node_modules', path)
const packed = join(root, '.run/packed')

setUp()
pack()

/** @type {[name: string, script: string, args: string[]][]} */
const checks = [
  ['format and lint (biome)', at('@biomejs/biome/bin/biome'), ['check', '--error-on-warnings']],
  ['types (tsc)', at('typescript/bin/tsc'), ['-p', 'tsconfig.json']],
  ['generated files', join(root, 'scripts/generate.mjs'), ['--check']],
  ['unused code and packages (knip)', at('knip/bin/knip.js'), []],
  ...tarballs().flatMap(publishing),
  ['the house', at('vitest/vitest.mjs'), ['run', 'house', '--exclude', '**/pack.test.ts']],
]

const tally = { passed: 0, failed: 0 }
for (const [name, script, args] of checks) {
  const start = Date.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8' })
  const took = `${((Date.now() - start) / 1000).toFixed(1)} s`
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${took})`)
  if (status === 0) tally.passed++
  else {
    tally.failed++
    console.log(`${stdout}${stderr}`.trimEnd().replace(/^/gm, '       '))
  }
}
writeTally('check', tally)
sayTally(tally)
process.exit(tally.failed === 0 ? 0 : 1)

/** The packages as npm would publish them: that is what publint and attw judge. */
function pack() {
  rmSync(packed, { recursive: true, force: true })
  mkdirSync(packed, { recursive: true })
  const { npm_execpath: npm } = process.env
  const args = ['pack', '--workspaces', '--include-workspace-root=false', '--pack-destination', packed]
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
  if (run.status !== 0) console.error(run.stderr)
}

function tarballs() {
  return readdirSync(packed).filter((file) => file.startsWith('merlon-') && !file.includes('example'))
}

/**
 * @param {string} file
 * @returns {[name: string, script: string, args: string[]][]}
 */
function publishing(file) {
  const esmOnly = file.startsWith('merlon-cli') || file.startsWith('merlon-gateway')
  const name = file.replace(/-\d.*$/, '')
  return [
    [`${name}: package.json (publint)`, at('publint/src/cli.js'), ['run', join(packed, file), '--strict']],
    [
      `${name}: types as packed (attw)`,
      at('@arethetypeswrong/cli/dist/index.js'),
      [join(packed, file), '--profile', esmOnly ? 'esm-only' : 'node16'],
    ],
  ]
}
