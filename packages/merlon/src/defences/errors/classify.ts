import { codeOfStatus, isErrorStatus, isProblemCode, PROBLEM } from '../../contract/problem.ts'
import { type ProblemCode, problems } from '../../contract/problems.generated.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import { keptHeaders, ownHeaders } from './error-headers.ts'

const INTERNAL = refuse('internal')

/**
 * What the client may learn of something that was thrown. A problem thrown on purpose speaks; a 4xx of a library keeps
 * its status and loses its inside; all else is a bare 500. What is thrown may be anything: revoked proxies and getters
 * that throw themselves are nothing more than another 500.
 */
export function classify(error: unknown): Refusal {
  if ((typeof error !== 'object' || error === null) && typeof error !== 'function') return INTERNAL
  try {
    return spoken(error) ?? multer(error) ?? byStatus(error) ?? INTERNAL
  } catch {
    return INTERNAL
  }
}

function read(error: object, name: string | symbol): unknown {
  return (error as Record<string | symbol, unknown>)[name]
}

/** A problem of this copy of the package or of another, whose version may be another too: nothing in it is trusted. */
function spoken(error: object): Refusal | undefined {
  const held = read(error, PROBLEM)
  if (typeof held !== 'object' || held === null) return undefined
  const status = read(held, 'status')
  const code = read(held, 'code')
  const known = isProblemCode(code) ? code : undefined
  const valid = isErrorStatus(status) ? status : known === undefined ? 500 : problems[known].status
  const members = read(held, 'members')
  return withStatus(known ?? codeOfStatus(valid), valid, {
    type: text(read(held, 'type')),
    title: text(read(held, 'title')),
    detail: text(read(held, 'detail')),
    members: typeof members === 'object' && members !== null ? (members as Record<string, unknown>) : undefined,
    headers: ownHeaders(read(held, 'headers')),
  })
}

/** A status that is the code's own is left out: the answer's beginning is ready for those. */
function withStatus(code: ProblemCode, status: number, more: Omit<Refusal, 'kind' | 'code'>): Refusal {
  return refuse(code, problems[code].status === status ? more : { ...more, status })
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Reasons that body-parser and raw-body give apart from the status. */
const REASONS: Readonly<Record<string, ProblemCode>> = {
  'charset.unsupported': 'unsupported-encoding',
  'encoding.unsupported': 'unsupported-encoding',
  'entity.parse.failed': 'body-malformed',
  'entity.too.large': 'body-too-large',
  'parameters.too.many': 'body-too-complex',
  'querystring.parse.rangeError': 'body-too-complex',
  'request.size.invalid': 'body-malformed',
}

/** A 4xx of Express, its parsers, http-errors, or of the application in their manner. */
function byStatus(error: object): Refusal | undefined {
  const first = read(error, 'status')
  const status = isClientStatus(first) ? first : read(error, 'statusCode')
  // A malformed `%` in a path or query, where nobody gave it a status.
  if (!isClientStatus(status))
    return read(error, 'name') === 'URIError' && first === undefined ? refuse('bad-request') : undefined
  if (cameFromElsewhere(error)) return undefined
  const type = read(error, 'type')
  const code = typeof type === 'string' && Object.hasOwn(REASONS, type) ? REASONS[type] : undefined
  return withStatus(code ?? codeOfStatus(status), status, {
    headers: keptHeaders(read(error, 'headers')),
    // The rest of the body is not worth reading.
    close: status === 413 || undefined,
  })
}

function isClientStatus(status: unknown): status is number {
  return isErrorStatus(status) && status < 500
}

/**
 * Clients of other services (axios, Octokit, superagent, undici, the SDKs) throw errors with the status that they got.
 * A 404 there is no 404 here: told on, it would blame this client, and say what stands behind.
 */
function cameFromElsewhere(error: object): boolean {
  if (typeof read(error, 'getStatus') === 'function') return false
  if (read(error, Symbol.toStringTag) === 'Response') return true
  return ELSEWHERE.some((name) => {
    const value = read(error, name)
    return typeof value === 'object' && value !== null
  })
}

const ELSEWHERE = ['response', 'request', 'config', '$metadata', 'meta', 'raw']

/** multer's errors carry no status; whoever does not know them answers 500 to a file that is too large. */
const UPLOADS: Readonly<Record<string, ProblemCode>> = {
  LIMIT_FILE_SIZE: 'body-too-large',
  LIMIT_FIELD_VALUE: 'body-too-large',
  LIMIT_PART_COUNT: 'body-too-complex',
  LIMIT_FILE_COUNT: 'body-too-complex',
  LIMIT_FIELD_COUNT: 'body-too-complex',
  LIMIT_FIELD_KEY: 'body-too-complex',
  LIMIT_FIELD_NESTING: 'body-too-complex',
  LIMIT_FIELD_ARRAY_INDEX: 'body-too-complex',
  LIMIT_UNEXPECTED_FILE: 'bad-request',
  MISSING_FIELD_NAME: 'bad-request',
  INVALID_FIELD_NAME: 'bad-request',
}

function multer(error: object): Refusal | undefined {
  if (read(error, 'name') !== 'MulterError') return undefined
  const code = read(error, 'code')
  const known = typeof code === 'string' && Object.hasOwn(UPLOADS, code) ? UPLOADS[code] : undefined
  return known && refuse(known, { close: true })
}
