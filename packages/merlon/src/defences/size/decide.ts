import type { Body, ContentEncoding } from '../../contract/body.ts'
import type { Build, Compiled, Decide } from '../../contract/defence.ts'
import type { Facts } from '../../contract/facts.ts'
import { makeBody } from '../../contract/make-body.ts'
import { parseMediaType } from '../../contract/media-type.ts'
import { isPromise, type Refusal, type Verdict } from '../../contract/verdict.ts'
import { type BodyKind, Meter } from './meter.ts'
import type { Size } from './options.ts'
import { compileRules, type Rules } from './rules.ts'

export function compile(options: Size, build: Build): Compiled {
  const rules = compileRules(options, build)
  const declared: Decide = (facts) => decideDeclared(rules, facts)
  if (options.mode !== 'off') {
    const late: Decide = (facts) => decideLate(rules, facts)
    return { steps: { 'size.declared': declared, 'size.body': decideBody, 'size.peek': decidePeek, 'size.late': late } }
  }
  // A body that the guard needs is bounded even so: it is held whole.
  return {
    steps: {
      'size.body': (facts) => declared(facts) ?? decideBody(facts),
      'size.peek': (facts) => (isParsed(facts) ? (declared(facts) ?? decidePeek(facts)) : undefined),
    },
  }
}

/** What the head says, judged before a byte of the body is read; lays down the meter for what then comes. */
export function decideDeclared(rules: Rules, facts: Facts): Refusal | undefined {
  if (facts.target.length > rules.maxUrlBytes) {
    const refusal = rules.report(facts, rules.tooLong)
    if (refusal !== undefined) return refusal
  }
  const length = facts.header('content-length')
  if (!bodyCanCome(facts, length)) return undefined
  // Several lines are joined by a comma, and so are no number either.
  if (length !== undefined && !DIGITS.test(length)) return rules.lengthUnreadable
  const declaredBytes = Number(length ?? 0)
  if (declaredBytes > rules.ceilingBytes) return rules.overCeiling
  if (declaredBytes > rules.maxBytes) {
    const refusal = rules.report(facts, rules.tooLarge)
    if (refusal !== undefined) return refusal
  }
  return layMeter(rules, facts)
}

/** The step `size.late`: what is counted already goes on by the joined rules; else the counting begins here. */
export function decideLate(rules: Rules, facts: Facts): Refusal | undefined {
  const { meter } = facts
  if (!(meter instanceof Meter)) return decideDeclared(rules, facts)
  const length = Number(facts.header('content-length') ?? 0)
  if (length > rules.ceilingBytes) return rules.overCeiling
  return (length > rules.maxBytes ? rules.report(facts, rules.tooLarge) : undefined) ?? meter.tighten(rules)
}

const DIGITS = /^\d{1,15}$/

/** Without framing headers HTTP/1.1 brings no body, HTTP/2 and fetch may: only GET and HEAD are sure to bring none. */
function bodyCanCome(facts: Facts, length: string | undefined): boolean {
  if (facts.header('transfer-encoding') !== undefined) return true
  if (length === undefined) return facts.method !== 'GET' && facts.method !== 'HEAD'
  return length !== '0'
}

function layMeter(rules: Rules, facts: Facts): Refusal | undefined {
  const media = parseMediaType(facts.header('content-type'))
  const encoding = encodingOf(facts.header('content-encoding'), rules.encodings)
  const wrong = media === undefined ? rules.typeUnreadable : charsetFits(media) ? undefined : rules.charsetUnknown
  const refusal = encoding === undefined ? rules.encodingUnknown : wrong
  let kind: BodyKind = media?.kind ?? 'other'
  if (refusal !== undefined) {
    const refused = rules.report(facts, refusal)
    if (refused !== undefined) return refused
    kind = 'opaque'
  }
  facts.meter = new Meter(rules, facts, kind, encoding === 'identity' ? undefined : encoding)
  return undefined
}

/** Parsers differ in the charsets that they know, and so would read different texts; RFC 8259 §8.1 knows UTF-8 alone. */
function charsetFits({ kind, charset }: { readonly kind: string; readonly charset: string | undefined }): boolean {
  return kind === 'other' || charset === undefined || charset === 'utf-8' || charset === 'utf8'
}

/** `identity` for none; undefined for several, and for what is not taken. */
function encodingOf(
  header: string | undefined,
  taken: readonly ContentEncoding[],
): ContentEncoding | 'identity' | undefined {
  if (header === undefined) return 'identity'
  const name = header.toLowerCase()
  if (name === '' || name === 'identity') return 'identity'
  // RFC 9110 §8.4.1.3
  const plain = name === 'x-gzip' ? 'gzip' : name
  return taken.find((encoding) => encoding === plain)
}

/** Reads the body where the policy needs it before the handler. */
export function decideBody(facts: Facts): Verdict | PromiseLike<Verdict> {
  const read = facts.readBody()
  return isPromise(read) ? read.then((late) => layBody(facts, late)) : layBody(facts, read)
}

/** The step `size.peek`: where all that need the body observe, whoever comes after must find it as it came. */
export function decidePeek(facts: Facts): Verdict | PromiseLike<Verdict> {
  if (!isParsed(facts)) return undefined
  const read = facts.peekBody()
  return isPromise(read) ? read.then((late) => layPeeked(facts, late)) : layPeeked(facts, read)
}

function isParsed(facts: Facts): boolean {
  return (parseMediaType(facts.header('content-type'))?.kind ?? 'other') !== 'other'
}

function layPeeked(facts: Facts, read: Uint8Array | Refusal): Verdict {
  if ('kind' in read) return read
  const body = makeBody(read, facts.header('content-type'))
  // What cannot be parsed is for the application to refuse.
  if (!('kind' in body)) facts.peeked = { value: body.value }
  return undefined
}

function layBody(facts: Facts, read: Body | Refusal): Verdict {
  if ('kind' in read) return read
  facts.body = read
  return undefined
}
