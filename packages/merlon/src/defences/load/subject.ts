import { Subject } from '../../contract/counters.ts'
import type { Client, Facts } from '../../contract/facts.ts'

/** Clients are interned, so each has one subject for as long as it is known. */
const ofClient = new WeakMap<Client, Subject>()

/** Whom load counts: the principal, where one is recognised, else the client. */
export function subjectOf({ principal, client }: Facts): Subject {
  if (principal !== undefined) return new Subject(`u${principal.id.length}:${principal.id}`, undefined)
  return clientSubject(client)
}

export function clientSubject(client: Client): Subject {
  const kept = ofClient.get(client)
  if (kept !== undefined) return kept
  const { prefix, network } = client
  const wider = network === '' ? undefined : new Subject(`n${network.length}:${network}`, undefined)
  const subject = new Subject(`a${prefix.length}:${prefix}`, wider)
  ofClient.set(client, subject)
  return subject
}

/** All requests together. */
export const everybody = new Subject('*', undefined)
