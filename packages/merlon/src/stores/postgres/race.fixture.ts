import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Race } from './racer.fixture.ts'

const PROCESSES = 4

/** How many requests of several processes, which ask at the same moment, were admitted. */
export async function race(race: Omit<Race, 'requests'>, requests: number): Promise<number> {
  const file = fileURLToPath(new URL('./racer.fixture.ts', import.meta.url))
  const children = Array.from({ length: PROCESSES }, () => fork(file, { execArgv: ['--import', 'tsx'] }))
  const said = () => Promise.all(children.map(messageOf))
  try {
    await said()
    const ready = said()
    for (const child of children) child.send({ ...race, requests: requests / PROCESSES })
    await ready
    const counts = said()
    for (const child of children) child.send('go')
    return (await counts).reduce((sum, [count]) => sum + Number(count), 0)
  } finally {
    for (const child of children) if (child.connected) child.disconnect()
  }
}

async function messageOf(child: ChildProcess): Promise<unknown[]> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('a process that asks has ended')
  })
  return Promise.race([once(child, 'message'), ended])
}
