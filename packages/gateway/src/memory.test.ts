import { expect, test } from 'vitest'
import { measure } from '../../../soak/gateway-memory.ts'

const REQUESTS = 12_000

// The long run is soak/gateway-memory.ts, its result beside it; this one finds what leaks with every request.
test(`${REQUESTS} requests of every kind, broken and aborted ones too, leave the memory as it was`, async () => {
  const run = await measure(REQUESTS, REQUESTS / 8)
  expect(run.good).toBe(REQUESTS)
  const [warm, last] = [run.samples[2], run.samples[7]]
  const grown = (last?.heapBytes ?? 0) - (warm?.heapBytes ?? 0)
  console.info(
    `${REQUESTS} requests in ${run.seconds} s; heap grown by ${grown} bytes after the first ${warm?.requests}`,
  )
  // A request that left anything of itself behind would leave kilobytes: its headers, its socket.
  expect(grown).toBeLessThan((REQUESTS - (warm?.requests ?? 0)) * 200)
}, 120_000)
