// @ts-check
// The processes of `npm start`: their output goes to .run, and they end together.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.mjs'

const READY_WITHIN_MS = 30_000
const CHILDREN_END_WITHIN_MS = 2_000
const STOP_WITHIN_MS = 15_000

/** @typedef {{ name: string, log: string, process: import('node:child_process').ChildProcess }} Child */

/** @type {Child[]} */
const children = []
/** @type {Promise<void> | undefined} */
let stopping

/** Ctrl-C reaches every process of the terminal at once, so a child's end may be seen before the signal itself. */
const SIGNAL_MAY_FOLLOW_MS = 200

/**
 * @param {string} name
 * @param {string[]} args of Node
 * @param {Record<string, string>} [env]
 * @returns {Child}
 */
export function launch(name, args, env = {}) {
  const log = join(root, '.run', `${name}.log`)
  const out = openSync(log, 'w')
  const child = {
    name,
    log,
    process: spawn(process.execPath, args, { cwd: root, stdio: ['ignore', out, out], env: { ...process.env, ...env } }),
  }
  closeSync(out)
  children.push(child)
  child.process.once('exit', async (code, signal) => {
    await sleep(SIGNAL_MAY_FOLLOW_MS)
    if (stopping) return
    await fail(`${name} ended by itself (${signal ?? `exit code ${code}`}). It said:\n\n${readFileSync(log, 'utf8')}`)
  })
  return child
}

/**
 * Waits for a line in what the child prints.
 * @param {Child} child
 * @param {RegExp} pattern
 */
export async function untilSays(child, pattern) {
  return until(child, 'says nothing of where it listens', () => pattern.exec(readFileSync(child.log, 'utf8')))
}

/**
 * Waits for an answer that is not an error.
 * @param {Child} child
 * @param {URL} url
 */
export async function untilAnswers(child, url) {
  await until(child, `does not answer at ${url}`, async () => (await fetch(url).catch(() => undefined))?.ok)
}

/**
 * @template T
 * @param {Child} child
 * @param {string} otherwise
 * @param {() => T | Promise<T>} look
 * @returns {Promise<NonNullable<T>>}
 */
async function until(child, otherwise, look) {
  for (const start = Date.now(); Date.now() - start < READY_WITHIN_MS; await sleep(50)) {
    const found = await look()
    if (found) return found
  }
  return fail(`${child.name} ${otherwise}. It said:\n\n${readFileSync(child.log, 'utf8')}`)
}

/**
 * Ends the processes, the last one first: the gateway finishes what it has begun while the API still answers.
 * @param {NodeJS.Signals} [signal] what the person sent. Ctrl-C has reached the children already, and a second signal
 * would cut what is in flight.
 */
export function stopAll(signal) {
  stopping ??= stopInTurn(signal === 'SIGINT' ? CHILDREN_END_WITHIN_MS : 0)
  return stopping
}

/** @param {number} graceMs */
async function stopInTurn(graceMs) {
  if (graceMs > 0) await Promise.race([sleep(graceMs), Promise.all(children.map(({ process }) => untilExit(process)))])
  for (const { process: child } of children.toReversed()) {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await untilExit(child)
    clearTimeout(timer)
  }
}

/** @param {import('node:child_process').ChildProcess} child */
async function untilExit(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/**
 * @param {string} message
 * @returns {Promise<never>}
 */
async function fail(message) {
  console.error(message)
  await stopAll()
  process.exit(1)
}

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
