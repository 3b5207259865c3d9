import type { Sight } from './app.ts'
import { check } from './check.ts'
import type { AnswerCase, Case, RequestCase } from './format.ts'
import type { Host, Running, Setting } from './hosts/host.ts'
import { type RawAnswer, RawClient } from './raw-client.ts'
import { requestBytes } from './request-bytes.ts'

/** How long a request that holds may take to reach the app. */
const ARRIVAL_MS = 5000

/** Plays one case against a guard of its own on a host; gives what differs, a line each. */
export async function play(host: Host, setting: Setting, { send, expect }: Case): Promise<string[]> {
  const running = await host.open(setting)
  const faults: string[] = []
  const clients: RawClient[] = []
  const held: (() => Promise<void>)[] = []
  try {
    for (const [at, request] of send.entries()) {
      const { from = '127.0.0.1', method = request.lines?.[0]?.split(' ', 1)[0] ?? 'GET' } = request
      let client = clients.at(-1)
      if (!request.reuse || !client) {
        if (!send[at - 1]?.holds) client?.close()
        // Where the host is told who connects, the address need not be one of this machine.
        client = new RawClient(running.port, host.extra ? '127.0.0.1' : from)
        clients.push(client)
      }
      const bytes = requestBytes(request, host.extra?.(setting, from) ?? [], host.hidden ?? [])
      const answer = client.send(bytes, method)
      const expected = expect[at] as AnswerCase
      const judge = async (answer: RawAnswer, sights: readonly Sight[]) => {
        const log = expected.logged === undefined ? [] : await running.logged()
        const found = check(expected, { answer, sights, log })
        faults.push(...found.map((fault) => `request ${at + 1}: ${fault}`))
        if (found.length > 0) faults.push(`request ${at + 1} got ${answer.status} ${answer.body.subarray(0, 600)}`)
      }
      if (request.holds) {
        const sights = await arrival(running, request)
        held.push(async () => judge(await answer, sights))
      } else await judge(await answer, await running.takeSights())
    }
    for (const settle of held) await settle()
    const surplus = await running.takeSights()
    if (surplus.length > 0) faults.push(`afterwards the app got what nobody sent: ${JSON.stringify(surplus)}`)
  } finally {
    for (const client of clients) client.close()
    await running.close()
  }
  return faults
}

/** What the app has got of a request that it holds. */
async function arrival(running: Running, { path = '/' }: RequestCase): Promise<readonly Sight[]> {
  const late = Date.now() + ARRIVAL_MS
  for (;;) {
    const sights = await running.takeSights()
    if (sights.length > 0) return sights
    if (Date.now() >= late) throw new Error(`the app has not got ${path} within ${ARRIVAL_MS} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
