// One process of several that count in one Redis: told to ask for a while, it writes down when it admitted how much.
import { openSync, writeSync } from 'node:fs'
import { Redis } from 'ioredis'
import type { Limit, Reading } from '../packages/merlon/src/contract/counters.ts'
import { Subject } from '../packages/merlon/src/contract/counters.ts'
import { redisCounters } from '../packages/merlon/src/stores/redis/index.ts'
import type { Turn } from './leased-redis.ts'

const [port = '', instances = '', file = ''] = process.argv.slice(2)
// A file, since a process that is killed says nothing more.
const out = openSync(file, 'a')

const client = new Redis(Number(port), {
  retryStrategy: () => 50,
  maxRetriesPerRequest: 1,
  autoResendUnfulfilledCommands: false,
})
client.on('error', () => {})
const counters = redisCounters({ client })
counters.attach({ instances: Number(instances), secret: new Uint8Array(32).fill(7), tell() {} })
await counters.ready()

/** The same clock in all processes of this machine. */
const nowMs = () => Number(process.hrtime.bigint() / 1000n) / 1000

const subject = new Subject('a3:hot', undefined)

function run({ limit, forMs, everyMs, each }: Turn): void {
  const set = counters.prepare([limit as Limit])
  const untilMs = nowMs() + forMs
  const note = (units: number, by: 'slice' | 'store') => {
    if (units > 0) writeSync(out, `${limit.id} ${nowMs().toFixed(3)} ${units} ${by}\n`)
  }
  const late = ([reading]: readonly Reading[]) => note(reading?.admits ? 1 : 0, 'store')
  let restsUntilMs = 0
  const timer = setInterval(() => {
    if (nowMs() >= untilMs) {
      clearInterval(timer)
      process.send?.('done')
      return
    }
    // In waves, so that slices lie unused while others take what is left.
    if (nowMs() < restsUntilMs) return
    if (Math.random() < 0.02) restsUntilMs = nowMs() + Math.random() * 600
    let admitted = 0
    for (let at = 0; at < each; at++) {
      const answer = set.charge([subject], [1], performance.now())
      if ('then' in answer) void answer.then(late)
      else if (answer[0]?.admits) admitted++
    }
    note(admitted, 'slice')
  }, everyMs)
}

process.on('message', run)
process.on('disconnect', () => process.exit())
process.send?.('ready')
