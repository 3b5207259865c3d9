import type { Body } from '../../contract/body.ts'
import type { Facts } from '../../contract/facts.ts'
import { parseMediaType } from '../../contract/media-type.ts'
import { refuse } from '../../contract/verdict.ts'
import { isObject } from './unknown.ts'

/** RFC 9110 §15.5.16: the answer says what would have been taken. */
export const NOT_PARSED = refuse('unsupported-media-type', {
  detail: 'This takes JSON, or a form.',
  headers: ['Accept', 'application/json, application/x-www-form-urlencoded'],
})

/** Whether the body came in a form that nothing here parses. */
export function isOpaque(facts: Facts): boolean {
  const { body, held } = facts
  if (body === undefined || held?.body !== undefined || body.bytes.length === 0) return false
  return parseMediaType(facts.header('content-type'))?.kind === 'other'
}

/** Content in these has no meaning (RFC 9110 §9.3), so none is missed where a schema holds for all methods. */
export function lacksBody({ method, body, parsed, peeked }: Facts): boolean {
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') return false
  return (parsed ?? peeked)?.value === undefined && (body?.bytes.length ?? 0) === 0
}

/**
 * A body as its schema made it. Where a handler reads bytes and parses them itself (fetch), it reads what was validated:
 * the raw ones still hold what was stripped.
 */
export class ValidatedBody implements Body {
  readonly type: string
  readonly value: unknown
  #bytes: Uint8Array | undefined

  constructor({ type }: Body, value: unknown) {
    this.type = type
    this.value = value
  }

  get bytes(): Uint8Array {
    this.#bytes ??= new TextEncoder().encode(write(this.type, this.value))
    return this.#bytes
  }
}

function write(type: string, value: unknown): string {
  if (value === undefined) return ''
  return type === 'application/x-www-form-urlencoded' && isObject(value) ? writeForm(value) : writeJson(value)
}

function writeJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? ''
}

function writeForm(fields: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each === undefined || each === null) continue
      form.append(name, typeof each === 'object' ? JSON.stringify(each) : String(each))
    }
  }
  return form.toString()
}
