import { describe, expect, test } from 'vitest'
import { merlon } from '../../fetch.ts'
import type { WrittenPolicy } from '../../index.ts'
import { remote } from './index.ts'
import { ModelCounters, ModelStore, TestTime } from './later.fixture.ts'

function open(limits: NonNullable<WrittenPolicy['limits']>) {
  const inner = new ModelCounters(new ModelStore(new TestTime()))
  inner.way = 'down'
  const told: string[] = []
  const guard = merlon(
    { instances: 2, limits },
    {
      counters: remote(inner),
      log: { debug() {}, info() {}, warn() {}, error() {} },
      env: {},
    },
  )
  guard.on('store', ({ kind }) => told.push(kind))
  const handle = guard.fetch(() => new Response('hello'), { peer: () => '203.0.113.7' })
  const ask = () => handle(new Request('https://api.example/'))
  return { ask, told, guard }
}

describe('an API whose store is away', () => {
  test('goes on by its share', async () => {
    const { ask, told, guard } = open({ general: '4/15m' })
    const statuses: number[] = []
    for (let nth = 0; nth < 6; nth++) statuses.push((await ask()).status)
    expect(statuses).toEqual([200, 200, 429, 429, 429, 429])
    expect(told.filter((kind) => kind === 'store-lost')).toHaveLength(1)
    await guard.close()
  })

  test('answers 503 where that is what its policy says, and when to come again', async () => {
    const { ask, guard } = open({ general: { rate: '4/15m', onFailure: 'closed' } })
    const answer = await ask()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await answer.json()).toMatchObject({ type: expect.stringContaining('store-unavailable') })
    await guard.close()
  })
})
