import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Racers } from '../packages/merlon/src/stores/batched/race.fixture.ts'
import type { Race as Asked } from '../packages/merlon/src/stores/redis/racer.fixture.ts'
import { openCluster, openRedis, type RedisServers } from '../scripts/redis.ts'

/** Interleavings of each algorithm, and as many of all together, of up to forty turns each. */
const INTERLEAVINGS = 5000

const RACES = 100
const REQUESTS = 200
const QUOTA = 50

const root = fileURLToPath(new URL('..', import.meta.url))

interface Race {
  readonly races: number
  readonly least: number
  readonly most: number
}

/** How many of 200 requests of four processes a limit of 50 admits, again and again. */
async function race(racers: Racers<Asked>, servers: RedisServers, colocate: boolean, limits: number): Promise<Race> {
  const admitted: number[] = []
  const ports = servers.nodes.map(({ port }) => port)
  for (let at = 0; at < RACES; at++) {
    const subjects = Array.from({ length: limits }, (_, limit) => `r:${at}-${limit}-${Math.random()}`)
    admitted.push(await racers.run({ ports, colocate, quota: QUOTA, subjects, requests: REQUESTS }))
  }
  return { races: RACES, least: Math.min(...admitted), most: Math.max(...admitted) }
}

async function races(): Promise<Record<string, Race>> {
  const file = new URL('../packages/merlon/src/stores/redis/racer.fixture.ts', import.meta.url)
  const [single, cluster, racers] = await Promise.all([openRedis(), openCluster(), Racers.open<Asked>(file)])
  try {
    return {
      'one server, one limit': await race(racers, single, false, 1),
      'one server, three limits': await race(racers, single, false, 3),
      'three nodes, one limit': await race(racers, cluster, false, 1),
      'three nodes, three limits on one tag': await race(racers, cluster, true, 3),
      'three nodes, three limits apart': await race(racers, cluster, false, 3),
    }
  } finally {
    racers.close()
    await Promise.all([single.stop(), cluster.stop()])
  }
}

/** The suite of the stores against its model, on a real server and on three nodes; by Vitest, whose tests they are. */
function model(): { interleavings: number; passed: number; failed: number; seconds: number } {
  const report = `${root}.run/redis-model.json`
  mkdirSync(`${root}.run`, { recursive: true })
  const tests = ['suite', 'cluster'].map((name) => `packages/merlon/src/stores/redis/${name}.test.ts`)
  const start = performance.now()
  spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...tests, '--testTimeout=1200000', '--reporter=json'].concat([
      `--outputFile.json=${report}`,
    ]),
    { cwd: root, stdio: 'inherit', env: { ...process.env, RUNS: String(INTERLEAVINGS) } },
  )
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'))
  return { interleavings: INTERLEAVINGS, passed, failed, seconds: Math.round((performance.now() - start) / 1000) }
}

const [processor] = cpus()
const result = {
  machine: `${processor?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}`,
  date: new Date().toISOString().slice(0, 10),
  model: model(),
  races: await races(),
}
const folder = new URL('./results/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('redis-exact.json', folder), `${JSON.stringify(result, null, 2)}\n`)
console.log(result)
const apart = result.races['three nodes, three limits apart']
const isExact = Object.values(result.races).every(
  (each) => each.most <= QUOTA && (each === apart || each.least === QUOTA),
)
process.exit(result.model.failed === 0 && isExact ? 0 : 1)
