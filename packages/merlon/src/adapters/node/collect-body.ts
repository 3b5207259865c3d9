import type { IncomingMessage } from 'node:http'
import type { Body } from '../../contract/body.ts'
import type { Facts } from '../../contract/facts.ts'
import { makeBody } from '../../contract/make-body.ts'
import { type MaybePromise, type Refusal, refuse } from '../../contract/verdict.ts'
import { type BodyGate, hasBody } from './body-gate.ts'

const GONE =
  'the body was read before the guard, and left nothing at req.body: put the guard, or what needs the body, before it'

const GONE_AWAY = refuse('bad-request', { reason: 'the client went away while its body was read', close: true })

/**
 * Reads a request's body whole. The gate has its chunks counted before they come here, and answers by itself where the
 * body is refused; the promise then stays open.
 */
export function collectBody(req: IncomingMessage, facts: Facts): MaybePromise<Body | Refusal> {
  const type = facts.header('content-type') ?? ''
  if (req.readableEnded) {
    if (hasBody(req.headers)) throw new TypeError(GONE)
    return makeBody(new Uint8Array(0), type)
  }
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    req.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    req.on('end', () =>
      resolve(makeBody(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks), type)),
    )
    req.on('close', () => {
      if (!facts.refusal) resolve(GONE_AWAY)
    })
  })
}

/** The same, for whoever leaves the body to those who come after; one that somebody reads is left to them. */
export function peekBody(req: IncomingMessage, facts: Facts, gate: BodyGate): MaybePromise<Uint8Array | Refusal> {
  if (req.readableFlowing !== null || req.readableEnded) return new Uint8Array(0)
  let whole: Uint8Array | undefined
  let onWhole = (bytes: Uint8Array) => {
    whole = bytes
  }
  gate.peek((bytes) => onWhole(bytes))
  if (whole) return whole
  return new Promise((resolve) => {
    onWhole = resolve
    req.on('close', () => {
      if (!facts.refusal) resolve(GONE_AWAY)
    })
  })
}
