import type { LogLine, Sight } from './app.ts'
import { readText } from './case-files.ts'
import type { AnswerCase, Expected } from './format.ts'
import { headerOf, type RawAnswer } from './raw-client.ts'

/** All that one request has brought about. */
export interface Outcome {
  readonly answer: RawAnswer
  readonly sights: readonly Sight[]
  readonly log: readonly LogLine[]
}

/** What differs from what was expected, a line each; empty where all is as it should be. */
export function check(expected: AnswerCase, { answer, sights, log }: Outcome): string[] {
  const faults: string[] = []
  const text = answer.body.toString()
  const {
    status,
    headers = {},
    problem,
    json,
    body,
    without = [],
    handler,
    seen,
    logged,
    closed,
    cut = false,
  } = expected
  if (status !== undefined && ![status].flat().includes(answer.status)) {
    faults.push(`status: expected ${status}, got ${answer.status}`)
  }
  for (const [name, value] of Object.entries(headers)) {
    faults.push(...compare(value, headerOf(answer.headers, name.toLowerCase()) ?? null, name))
  }
  if (problem !== undefined) faults.push(...checkProblem(problem, answer, text))
  if (json !== undefined) faults.push(...compare(json, parse(text), 'json'))
  if (body !== undefined) faults.push(...compare(body, text, 'body'))
  const whole = `${answer.headers.map((pair) => pair.join(': ')).join('\n')}\n\n${text}`
  for (const part of without) if (whole.includes(part)) faults.push(`the answer holds ${JSON.stringify(part)}`)
  const runs = handler ?? (seen !== undefined || sights.length > 0)
  if (sights.length !== (runs ? 1 : 0)) faults.push(`handler: expected ${runs}, it ran ${sights.length} times`)
  else if (seen !== undefined) faults.push(...compare(seen, sights[0], 'seen'))
  if (logged !== undefined && log.every((line) => compare(logged, line, 'logged').length > 0)) {
    faults.push(`logged: expected a line that fits ${JSON.stringify(logged)}, got ${JSON.stringify(log)}`)
  }
  if (closed !== undefined && answer.closed !== closed) faults.push(`closed: expected ${closed}, got ${answer.closed}`)
  if (answer.whole === cut) faults.push(cut ? 'cut: the answer ended as if it were whole' : 'the answer broke off')
  return faults
}

/** Codes, and the types of those whose type is registered by somebody else. */
const problems = JSON.parse(readText('spec/problems.json') ?? '') as { readonly code: string; readonly type?: string }[]

/** RFC 9457: the media type, and members that say the same as the head of the answer. */
function checkProblem(code: string, answer: RawAnswer, text: string): string[] {
  const { type } = problems.find((row) => row.code === code) ?? {}
  const id = headerOf(answer.headers, 'x-request-id') ?? null
  return [
    ...compare({ matches: '^application/problem\\+json\\b' }, headerOf(answer.headers, 'content-type') ?? null, 'type'),
    ...compare(
      { type: type ?? { matches: `(^|[:/])${code}$` }, status: answer.status, title: { matches: '.' }, requestId: id },
      parse(text),
      'problem',
    ),
  ]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function compare(expected: Expected, actual: unknown, at: string): string[] {
  if (expected === null || typeof expected !== 'object') {
    return (actual ?? null) === expected ? [] : [differs(expected, actual, at)]
  }
  if (isPattern(expected)) {
    const text = typeof actual === 'object' && actual !== null ? JSON.stringify(actual) : actual
    const fits = typeof text === 'string' && new RegExp(expected.matches).test(text)
    return fits ? [] : [differs(`/${expected.matches}/`, actual, at)]
  }
  if (typeof actual !== 'object' || actual === null) return [differs(expected, actual, at)]
  if (Array.isArray(expected) && (actual as unknown[]).length !== expected.length)
    return [differs(expected, actual, at)]
  return Object.entries(expected).flatMap(([key, value]: [string, Expected]) => {
    const part = Object.hasOwn(actual, key) ? (actual as Record<string, unknown>)[key] : undefined
    return compare(value, part, `${at}.${key}`)
  })
}

function isPattern(expected: object): expected is { readonly matches: string } {
  return Object.keys(expected).length === 1 && typeof (expected as { matches?: unknown }).matches === 'string'
}

function differs(expected: unknown, actual: unknown, at: string): string {
  return `${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`
}
