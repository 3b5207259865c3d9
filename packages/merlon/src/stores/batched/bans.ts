import type { Limit, Subject } from '../../contract/counters.ts'
import { type Definition, parsePenalty } from './definition.ts'
import type { Fleet } from './fleet.ts'
import type { Store } from './store.ts'

const FORGET = 7
const BAN = 8

/** Bans a subject, and has every process forget what it remembers of it. */
export async function ban(store: Store, fleet: Fleet, definition: Definition, subject: Subject, forMs: number) {
  const name = store.names.of(subject)
  const call = store.pipe.open(name.tag)
  const key = call.keyOf(name.key(definition.code))
  const { leftMs, times } = await call.add(
    `${BAN},${key},${call.definition(definition)},${Math.ceil(forMs)}`,
    (reply) => parsePenalty(reply.slice(2)),
  )
  await listBan(store, fleet, definition, subject, leftMs, times)
  await fleet.changed()
}

/** Lifts a ban; nothing of it is left, so that the next is a first one. */
export async function unban(store: Store, fleet: Fleet, definition: Definition, subject: Subject): Promise<void> {
  const name = store.names.of(subject)
  const call = store.pipe.open(name.tag)
  await call.add(`${FORGET},${call.keyOf(name.key(definition.code))}`, () => {})
  await listBan(store, fleet, definition, subject, 0, 0)
  await fleet.changed()
}

/** Writes down who is banned, for operators: what a penalty keeps says nothing of whom it is. 0 ms takes it off. */
export function listBan(
  store: Store,
  fleet: Fleet,
  { code, limit }: { readonly code: string; readonly limit: Limit },
  subject: Subject,
  forMs: number,
  times: number,
): Promise<void> {
  const { id } = store.names.of(subject)
  return fleet.name(`${code}:${id}`, forMs, { subject: subject.key, limit: limit.id, times })
}
