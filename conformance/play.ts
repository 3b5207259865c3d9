import { check } from './check.ts'
import type { AnswerCase, Case } from './format.ts'
import type { Host, Setting } from './hosts/host.ts'
import { RawClient } from './raw-client.ts'
import { requestBytes } from './request-bytes.ts'

/** Plays one case against a guard of its own on a host; gives what differs, a line each. */
export async function play(host: Host, setting: Setting, { send, expect }: Case): Promise<string[]> {
  const running = await host.open(setting)
  const faults: string[] = []
  let client: RawClient | undefined
  try {
    for (const [at, request] of send.entries()) {
      const { from = '127.0.0.1', method = request.lines?.[0]?.split(' ', 1)[0] ?? 'GET' } = request
      if (!request.reuse || !client) {
        client?.close()
        // Where the host is told who connects, the address need not be one of this machine.
        client = new RawClient(running.port, host.extra ? '127.0.0.1' : from)
      }
      const bytes = requestBytes(request, host.extra?.(setting, from) ?? [], host.hidden ?? [])
      const answer = await client.send(bytes, method)
      const sights = await running.takeSights()
      const expected = expect[at] as AnswerCase
      const log = expected.logged === undefined ? [] : await running.logged()
      const found = check(expected, { answer, sights, log })
      faults.push(...found.map((fault) => `request ${at + 1}: ${fault}`))
      if (found.length > 0) faults.push(`request ${at + 1} got ${answer.status} ${answer.body.subarray(0, 600)}`)
    }
    const surplus = await running.takeSights()
    if (surplus.length > 0) faults.push(`afterwards the app got what nobody sent: ${JSON.stringify(surplus)}`)
  } finally {
    client?.close()
    await running.close()
  }
  return faults
}
