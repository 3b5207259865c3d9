import { mkdirSync, writeFileSync } from 'node:fs'
import { describeMachine } from './machine.ts'

export interface Ratio {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

/** What a bench found. A ratio `a/b` above 1 says that `a` does more than `b` with the same processor time. */
export interface Result {
  readonly ratios: Readonly<Record<string, Ratio>>
  /** What is no ratio: bytes, decisions a second. It holds for the machine that it was measured on alone. */
  readonly figures?: Readonly<Record<string, number>>
}

/** From the samples of one ratio, one a round. */
export function ratioOf(samples: readonly number[]): Ratio {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN)
  return { median: at(0.5), min: at(0), max: at(1), runs: sorted.length }
}

export function medianOf(samples: readonly number[]): number {
  return ratioOf(samples).median
}

/** Four digits: what is measured knows no more. */
function round(value: number): number {
  return Number(value.toPrecision(4))
}

export function writeResult(name: string, { ratios, figures }: Result): void {
  const folder = new URL('../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString().slice(0, 10)
  const result = { machine: describeMachine(), date, ratios, ...(figures && { figures }) }
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(result, null, 2)}\n`)
}

export function printResult(name: string, { ratios, figures }: Result): void {
  console.log(`\n${name}`)
  for (const [key, { median, min, max, runs }] of Object.entries(ratios)) {
    console.log(`  ${key.padEnd(44)} ${String(median).padStart(8)}   (${min} to ${max}, ${runs} runs)`)
  }
  for (const [key, value] of Object.entries(figures ?? {})) {
    console.log(`  ${key.padEnd(44)} ${Math.round(value * 100) / 100}`)
  }
}
