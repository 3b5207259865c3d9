import type { Facts } from '../../contract/facts.ts'
import { isLoopbackAddress, isLoopbackHost } from '../../contract/this-machine.ts'

const LONGEST = 10_000

/** The stack of what was thrown, for a developer at this very machine; undefined for everybody else. */
export function stackFor(facts: Facts, error: unknown): string | undefined {
  return isObject(error) && isLocal(facts) ? stackOf(error) : undefined
}

/**
 * Peer, client and host all have to be this machine. A tunnel or a proxy on it connects from loopback for strangers, who
 * then are the client, or asked for another host; and so does a page whose name was made to lead here (DNS rebinding).
 */
function isLocal(facts: Facts): boolean {
  const { peer, client } = facts
  return isLoopbackAddress(peer) && isLoopbackAddress(client.address) && isLoopbackHost(facts.header('host'))
}

function isObject(error: unknown): error is { readonly stack?: unknown } {
  return typeof error === 'object' && error !== null
}

function stackOf(error: { readonly stack?: unknown }): string | undefined {
  try {
    const { stack } = error
    return typeof stack === 'string' ? stack.slice(0, LONGEST) : undefined
  } catch {
    return undefined
  }
}
