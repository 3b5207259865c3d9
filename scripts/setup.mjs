// @ts-check
// What a fresh machine lacks, put there: packages and builds. Plain Node, since nothing is installed when this runs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** In the order in which they are built: each needs the types of those before it. */
const PACKAGES = ['merlon', 'gateway', 'cli']
const STAMP = join(root, '.run/built.json')

/** @param {string} version of Node, without `v` */
export function nodeIsNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
}

/**
 * The packages that the lock file names and node_modules does not hold in that version. Those that another system or
 * processor needs are optional, and npm leaves them out.
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean }> }} Lock
 * @param {Lock} lock
 * @param {Lock | undefined} installed npm's own note of what it installed
 */
export function missingPackages(lock, installed) {
  return Object.entries(lock.packages)
    .filter(([path, { version, optional }]) => {
      if (path === '') return false
      const found = installed?.packages[path]
      return found ? found.version !== version : !optional
    })
    .map(([path]) => path)
}

/** Something that the set-up cannot mend by itself; the message is for the person who started it. */
class SetUpError extends Error {}

/** What tests start beside Node, by the program that is looked for. */
const PROGRAMS = [
  { program: 'redis-server', debian: 'redis-server', elsewhere: 'Redis 7 or newer, or Valkey under its name' },
  { program: postgres(), debian: 'postgresql', elsewhere: 'PostgreSQL 13 or newer' },
]

/** Debian keeps the server outside of PATH, each version in a folder of its own. */
function postgres() {
  const folder = '/usr/lib/postgresql'
  const versions = existsSync(folder) ? readdirSync(folder).sort((a, b) => Number(b) - Number(a)) : []
  return versions.length > 0 ? `${folder}/${versions[0]}/bin/postgres` : 'postgres'
}

/**
 * Installs the programs that tests start where one is missing: by apt where this is Debian and the user may; elsewhere it
 * says what to install.
 */
export function installPrograms() {
  for (const { program, debian, elsewhere } of PROGRAMS) {
    if (runs(program)) continue
    if (process.getuid?.() !== 0 || !runs('apt-get')) {
      throw new SetUpError(
        `The tests need the program ${program} (${elsewhere}). Install it, on Debian and Ubuntu with ` +
          `\`apt-get install ${debian}\`, and start again.`,
      )
    }
    step(`Installing ${debian} with apt-get (tests start it)`, () => {
      const updated = apt('update', '-qq')
      return updated.status === 0 ? apt('install', '-y', '-qq', '--no-install-recommends', debian) : updated
    })
  }
}

/** @param {string} program */
function runs(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}

/** Waits for whoever else installs. @param {string[]} args */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { encoding: 'utf8', env })
}

/**
 * Whatever a machine with Node and npm alone needs before anything here can run.
 * @param {() => void} otherwise called once it has been said why it failed
 */
export function setUpOr(otherwise) {
  orSay(() => {
    install()
    if (!isBuilt()) build()
  }, otherwise)
}

/** @param {() => void} work @param {() => void} otherwise */
export function orSay(work, otherwise) {
  try {
    work()
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    console.error(error.message)
    otherwise()
  }
}

/** Installs the packages where one is missing or another than the lock file's. */
export function install() {
  if (!nodeIsNewEnough(process.versions.node)) {
    throw new SetUpError(`Merlon needs Node 20.19 or newer, and this is Node ${process.versions.node}`)
  }
  const missing = missingPackages(readJson('package-lock.json'), readJson('node_modules/.package-lock.json'))
  if (missing.length > 0) {
    const what = existsSync(join(root, 'node_modules')) ? `${missing.length} packages are missing or old` : 'first run'
    step(`Installing packages with npm ci (${what}; this can take a minute)`, () => npm('ci'))
  }
}

/** Writes what is generated from spec/. */
export function generate() {
  step('Writing the generated files', () => node(root, join(root, 'scripts/generate.mjs')))
}

/** Builds every package, whether it is up to date or not. */
export function build() {
  for (const name of PACKAGES) {
    const at = join(root, 'packages', name)
    step(`Building packages/${name}`, () => node(at, join(root, 'node_modules/tsdown/dist/run.mjs'), '--logLevel=warn'))
  }
  mkdirSync(join(root, '.run'), { recursive: true })
  writeFileSync(STAMP, JSON.stringify({ sources: digestOfSources() }))
}

/** Whether what is built was built from the sources as they are now. */
export function isBuilt() {
  if (!PACKAGES.every((name) => existsSync(join(root, 'packages', name, 'dist')))) return false
  return existsSync(STAMP) && JSON.parse(readFileSync(STAMP, 'utf8')).sources === digestOfSources()
}

/** One digest over all that a build is made from: dates say little after a checkout. */
function digestOfSources() {
  const digest = createHash('sha256')
  const add = (/** @type {string} */ path) =>
    digest
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
  for (const path of ['package-lock.json', 'tsconfig.json']) add(path)
  for (const name of PACKAGES) {
    for (const path of readdirSync(join(root, 'packages', name), { recursive: true, encoding: 'utf8' }).sort()) {
      if (/^(dist|node_modules)\b/.test(path) || path.endsWith('.test.ts') || !/\.(ts|json)$/.test(path)) continue
      add(join('packages', name, path))
    }
  }
  return digest.digest('hex')
}

/** @param {string} path */
function readJson(path) {
  const file = join(root, path)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/**
 * Says what is done and how long it took; what the command printed is shown only where it failed.
 * @param {string} what
 * @param {() => { status: number | null, stdout: string, stderr: string }} run
 */
function step(what, run) {
  process.stdout.write(`${what} … `)
  const start = Date.now()
  const { status, stdout, stderr } = run()
  if (status === 0) return void console.log(`done in ${((Date.now() - start) / 1000).toFixed(1)} s`)
  console.log('failed')
  throw new SetUpError(`${stdout}${stderr}`.trimEnd())
}

/** @param {string} cwd @param {string[]} args */
function node(cwd, ...args) {
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
}

/** npm itself says where it is; by its name it is a shell script on some systems. @param {string[]} args */
export function npm(...args) {
  const { npm_execpath: path } = process.env
  if (path) return node(root, path, ...args)
  return spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUpOr(() => process.exit(1))
