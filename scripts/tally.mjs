// @ts-check
// Counts what passed and failed, in the form `12 passed, 0 failed`. Run by itself it adds up what `npm run check` and
// `npm test` left behind.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../.run', import.meta.url))

/** @typedef {{ passed: number, failed: number }} Tally */

/**
 * Counts Vitest's JSON report. A file that could not even be loaded has no tests to count and is one failure; so is a
 * run that ended badly and blames no test.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] } | undefined} report
 * @param {number} status what Vitest exited with
 * @returns {Tally}
 */
export function count(report, status) {
  const files = report?.testResults ?? []
  const tests = files.flatMap((file) => file.assertionResults)
  const passed = tests.filter((each) => each.status === 'passed').length
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((each) => each.status === 'failed'),
  )
  const failed = tests.filter((each) => each.status === 'failed').length + broken.length
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed }
}

/** @param {string} path of Vitest's report @param {number} status */
export function readTally(path, status) {
  return count(existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined, status)
}

/** @param {'check' | 'test'} name @param {Tally} tally */
export function writeTally(name, tally) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(tally))
}

/** @param {Tally} tally */
export function sayTally({ passed, failed }) {
  console.log(`${passed} passed, ${failed} failed`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const total = { passed: 0, failed: 0 }
  for (const name of ['check', 'test']) {
    const file = join(folder, `${name}.json`)
    // One that left nothing behind did not come to its end.
    const tally = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 1 }
    total.passed += tally.passed
    total.failed += tally.failed
  }
  sayTally(total)
}
