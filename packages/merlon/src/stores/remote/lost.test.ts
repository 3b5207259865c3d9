import { describe, expect, test } from 'vitest'
import { measure } from '../../../../../soak/store-lost.ts'

// The long runs are soak/store-lost.ts, their results beside it.
describe('a real Redis that is stopped, stalled and failed over under load', () => {
  test.each(['local', 'open', 'closed'] as const)(
    '%s: everybody is answered, and Redis decides again within two seconds of its return',
    async (onFailure) => {
      const run = await measure(onFailure, 500, 800)
      expect([run.failedDecisions, run.unhandled]).toEqual([0, 0])
      expect(run.events['store-lost']).toBe(run.events['store-back'])
      expect(run.faults.map(({ kind }) => kind)).toEqual(['stopped', 'stalled', 'failed over'])
      for (const fault of run.faults) {
        expect(fault.addedP99Ms).toBeLessThan(30)
        expect(fault.recoveredMs).toBeLessThan(2000)
        if (onFailure === 'closed') expect(fault.admitted).toBeLessThan(fault.decisions / 2)
        else expect(fault.admitted).toBe(fault.decisions)
      }
    },
    40_000,
  )
})
