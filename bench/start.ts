import { get } from 'node:http'
import { type Ratio, type Result, ratioOf } from './harness/result.ts'
import { serve } from './harness/served.ts'

const KINDS = ['bare', 'glue', 'merlon'] as const
const ROUNDS = 15

/**
 * From nothing to the first answer of an Express API: processor time, time, and the memory that the process then has.
 * The ratios are of cost here: below 1 is cheaper.
 */
export async function run(): Promise<Result> {
  const rounds: Record<string, Sample>[] = []
  await start('bare')
  for (let round = 0; round < ROUNDS; round++) {
    const samples: Record<string, Sample> = {}
    for (const kind of round % 2 === 0 ? KINDS : [...KINDS].reverse()) samples[kind] = await start(kind)
    rounds.push(samples)
  }
  const ratios: Record<string, Ratio> = {}
  const tell = (name: string, of: (sample: Sample) => number) => {
    for (const kind of ['merlon', 'glue']) {
      const samples = rounds.map((each) => of(each[kind] as Sample) / of(each['bare'] as Sample))
      ratios[`${kind}/bare ${name}`] = ratioOf(samples)
    }
  }
  tell('processor time to the first answer', ({ cpuMicros }) => cpuMicros)
  tell('wall time to the first answer', ({ wallMs }) => wallMs)
  tell('memory after the first answer', ({ rssBytes }) => rssBytes)
  return { ratios }
}

interface Sample {
  readonly cpuMicros: number
  readonly wallMs: number
  readonly rssBytes: number
}

async function start(kind: string): Promise<Sample> {
  const startMs = performance.now()
  const server = await serve('express', [kind])
  await ask(server.port)
  const wallMs = performance.now() - startMs
  const usage = await server.usage()
  await server.stop()
  return { wallMs, ...usage }
}

function ask(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/books/7', agent: false }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`expected 200, got ${res.statusCode}`))
      res.resume().on('end', resolve)
    }).on('error', reject)
  })
}
