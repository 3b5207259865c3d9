import type { Build, Compiled, Rendered } from '../../contract/defence.ts'
import { isErrorStatus } from '../../contract/problem.ts'
import { type ProblemCode, problems } from '../../contract/problems.generated.ts'
import type { HeaderList, Refusal } from '../../contract/verdict.ts'
import type { Errors } from './options.ts'
import { compileSpeak } from './speak.ts'
import { stackFor } from './stack.ts'

/** Refusals name the request, so none may be stored and served to another. */
const PROBLEM_HEADERS = ['Content-Type', 'application/problem+json', 'Cache-Control', 'no-store']
const ERROR_HEADERS = ['Content-Type', 'application/json', 'Cache-Control', 'no-store']

/** How an answer begins, is filled, and ends; the parts before `requestId` are ready for each code of the table. */
interface Format {
  readonly headers: HeaderList
  readonly heads: Readonly<Record<ProblemCode, string>>
  head(refusal: Refusal, status: number): string
  /** Whether the head holds the detail. */
  readonly detailInHead: boolean
  readonly reserved: ReadonlySet<string>
  readonly end: string
}

/**
 * A refusal as a response. It writes the body of a `HEAD` too, whose length such an answer may tell; hosts send none.
 */
export function compileRender(options: Errors, build: Build): NonNullable<Compiled['render']> {
  const format = options.format === 'problem' ? problemFormat(options.typeBase) : errorFormat()
  const showsStack = options.stack === 'development' && build.environment === 'development' && !build.production
  const speak = compileSpeak(options)
  return (facts, refusal, requestId, error) => {
    const said = speak(facts, refusal, error !== undefined)
    return render(format, showsStack ? stackFor(facts, error) : undefined, said, requestId)
  }
}

function render(format: Format, stack: string | undefined, refusal: Refusal, requestId: string): Rendered {
  const { code, detail } = refusal
  const status = isErrorStatus(refusal.status) ? refusal.status : problems[code].status
  const plain = refusal.status === undefined && refusal.type === undefined && refusal.title === undefined
  const inHead = format.detailInHead && detail !== undefined
  let body = plain && !inHead ? format.heads[code] : format.head(refusal, status)
  if (detail !== undefined && !inHead) body += `,"detail":${JSON.stringify(detail)}`
  body += `,"requestId":${JSON.stringify(requestId)}`
  if (refusal.members !== undefined) body += members(refusal.members, format.reserved)
  if (stack !== undefined) body += `,"stack":${JSON.stringify(stack)}`
  const headers = refusal.headers === undefined ? format.headers : [...format.headers, ...refusal.headers]
  return { status, headers, body: body + format.end }
}

function problemFormat(typeBase: string): Format {
  const head = ({ code, type, title }: Pick<Refusal, 'code' | 'type' | 'title'>, status: number) => {
    const row: { readonly title: string; readonly type?: string } = problems[code]
    const named = JSON.stringify(type ?? row.type ?? typeBase + code)
    return `{"type":${named},"title":${JSON.stringify(title ?? row.title)},"status":${status}`
  }
  return {
    headers: PROBLEM_HEADERS,
    heads: headsOf((code) => head({ code }, problems[code].status)),
    head,
    detailInHead: false,
    reserved: new Set(['type', 'title', 'status', 'detail', 'requestId', 'stack', '__proto__']),
    end: '}',
  }
}

function errorFormat(): Format {
  const head = ({ code, title, detail }: Pick<Refusal, 'code' | 'title' | 'detail'>) => {
    const message = detail ?? title ?? problems[code].title
    return `{"error":{"code":${JSON.stringify(code)},"message":${JSON.stringify(message)}`
  }
  return {
    headers: ERROR_HEADERS,
    heads: headsOf((code) => head({ code })),
    head,
    detailInHead: true,
    reserved: new Set(['code', 'message', 'requestId', 'stack', '__proto__']),
    end: '}}',
  }
}

function headsOf(head: (code: ProblemCode) => string): Record<ProblemCode, string> {
  const codes = Object.keys(problems) as ProblemCode[]
  return Object.fromEntries(codes.map((code) => [code, head(code)])) as Record<ProblemCode, string>
}

/** Extension members (RFC 9457 §3.2). One that cannot be written is left out: an answer has to go out. */
function members(given: Readonly<Record<string, unknown>>, reserved: ReadonlySet<string>): string {
  let text = ''
  for (const name of namesOf(given)) {
    if (reserved.has(name)) continue
    const value = jsonOf(given, name)
    if (value !== undefined) text += `,${JSON.stringify(name)}:${value}`
  }
  return text
}

function namesOf(given: object): readonly string[] {
  try {
    return Object.keys(given)
  } catch {
    return []
  }
}

function jsonOf(given: Readonly<Record<string, unknown>>, name: string): string | undefined {
  try {
    return JSON.stringify(given[name])
  } catch {
    return undefined
  }
}
