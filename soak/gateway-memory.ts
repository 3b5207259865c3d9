import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { load } from './gateway-load.ts'

/** Memory of the gateway's process after so many requests, with garbage collected. */
export interface Sample {
  readonly requests: number
  readonly rssBytes: number
  readonly heapBytes: number
  readonly externalBytes: number
}

export interface MemoryRun {
  readonly requests: number
  /** Exchanges that ended as they should, aborted and refused ones included. */
  readonly good: number
  readonly seconds: number
  /** Growth by a straight line through the samples after the first fifth, which warms up. */
  readonly heapBytesPerRequest: number
  readonly rssBytesPerRequest: number
  readonly samples: readonly Sample[]
}

const here = fileURLToPath(new URL('.', import.meta.url))

function start(file: string, words: readonly string[]): ChildProcess {
  return fork(`${here}${file}`, words, { cwd: `${here}..`, execArgv: ['--import', 'tsx', '--expose-gc'] })
}

async function heard<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

/** Sends so many requests of every kind through a gateway, and watches its memory. */
export async function measure(requests: number, sampleEvery: number, connections = 64): Promise<MemoryRun> {
  const upstream = start('gateway-upstream.ts', [])
  const gateway = start('gateway-process.ts', [await heard<string>(upstream)])
  try {
    const url = await heard<string>(gateway)
    const samples: Sample[] = []
    const began = performance.now()
    let good = 0
    for (let from = 0; from < requests; from += sampleEvery) {
      good += await load(url, from, Math.min(requests, from + sampleEvery), connections)
      gateway.send('memory')
      const { rss, heapUsed, external } = await heard<NodeJS.MemoryUsage>(gateway)
      samples.push({
        requests: Math.min(requests, from + sampleEvery),
        rssBytes: rss,
        heapBytes: heapUsed,
        externalBytes: external,
      })
    }
    const warm = samples.slice(Math.floor(samples.length / 5))
    return {
      requests,
      good,
      seconds: Math.round((performance.now() - began) / 100) / 10,
      heapBytesPerRequest: slope(warm, (sample) => sample.heapBytes),
      rssBytesPerRequest: slope(warm, (sample) => sample.rssBytes),
      samples,
    }
  } finally {
    gateway.kill()
    upstream.kill()
  }
}

/** Least squares. */
function slope(samples: readonly Sample[], read: (sample: Sample) => number): number {
  const meanX = samples.reduce((sum, { requests }) => sum + requests, 0) / samples.length
  const meanY = samples.reduce((sum, sample) => sum + read(sample), 0) / samples.length
  let above = 0
  let below = 0
  for (const sample of samples) {
    above += (sample.requests - meanX) * (read(sample) - meanY)
    below += (sample.requests - meanX) ** 2
  }
  return Math.round((above / below) * 1000) / 1000
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const requests = Number(process.argv[2] ?? 1_000_000)
  const run = await measure(requests, Math.ceil(requests / 50))
  mkdirSync(`${here}results`, { recursive: true })
  const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length }
  const result = { run: 'gateway-memory', date: new Date().toISOString().slice(0, 10), ...machine, ...run }
  writeFileSync(`${here}results/gateway-memory.json`, `${JSON.stringify(result, null, 2)}\n`)
  const { good, seconds, heapBytesPerRequest, rssBytesPerRequest } = run
  console.log(`${requests} requests in ${seconds} s, ${requests - good} ended otherwise than they should`)
  console.log(`growth a request: heap ${heapBytesPerRequest} bytes, resident ${rssBytesPerRequest} bytes`)
}
