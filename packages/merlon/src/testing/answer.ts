import { isProblemCode } from '../contract/problem.ts'
import { type ProblemCode, problems } from '../contract/problems.generated.ts'

/** An answer, in the form of whatever has asked: `fetch`, supertest, `inject` of Fastify, or one of your own. */
export type AnyAnswer =
  | Response
  | { readonly status: number; readonly text: string }
  | { readonly statusCode: number; readonly payload: string }
  | { readonly statusCode: number; readonly body: unknown }
  | { readonly status: number; readonly body: unknown }

/** A problem as a client has read it. */
export interface ReadProblem {
  readonly code: ProblemCode
  readonly status: number
  readonly title?: string
  readonly detail?: string
  readonly requestId: string
  /** All members of the answer. */
  readonly members: Readonly<Record<string, unknown>>
}

export interface ReadAnswer {
  readonly status: number
  readonly text: string
  /** Undefined where the answer is no refusal of a guard. */
  readonly problem: ReadProblem | undefined
}

/** Reads an answer without using it up. */
export async function readAnswer(answer: AnyAnswer): Promise<ReadAnswer> {
  const status = 'status' in answer ? answer.status : answer?.statusCode
  if (typeof status !== 'number')
    throw new TypeError('expected an answer with a status: is an await missing before it?')
  const text = await textOf(answer)
  return { status, text, problem: problemIn(text, status) }
}

async function textOf(answer: AnyAnswer): Promise<string> {
  if ('clone' in answer) {
    if (answer.bodyUsed) throw new TypeError('the body of this answer has been read: hand it over before that')
    return answer.clone().text()
  }
  if ('text' in answer && typeof answer.text === 'string') return answer.text
  if ('payload' in answer && typeof answer.payload === 'string') return answer.payload
  const { body } = answer as { readonly body?: unknown }
  return typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
}

function problemIn(text: string, status: number): ReadProblem | undefined {
  const members = parse(text)
  if (!members) return undefined
  const { error } = members
  if (typeof error === 'object' && error !== null) return inErrorFormat(error as Record<string, unknown>, status)
  const { type, title, detail, requestId } = members
  const code = typeof type === 'string' ? codeOf(type) : undefined
  if (code === undefined || typeof requestId !== 'string' || members['status'] !== status) return undefined
  return { code, status, requestId, members, ...texts(title, detail) }
}

function inErrorFormat(members: Record<string, unknown>, status: number): ReadProblem | undefined {
  const { code, message, requestId } = members
  if (!isProblemCode(code) || typeof requestId !== 'string') return undefined
  return { code, status, requestId, members, ...texts(undefined, message) }
}

function texts(title: unknown, detail: unknown): Pick<ReadProblem, 'title' | 'detail'> {
  return { ...(typeof title === 'string' ? { title } : {}), ...(typeof detail === 'string' ? { detail } : {}) }
}

/** A type ends in its code, whatever it begins with, but for those that somebody else has registered. */
function codeOf(type: string): ProblemCode | undefined {
  const registered = Object.entries(problems).find(([, row]) => 'type' in row && row.type === type)
  const code = registered?.[0] ?? type.slice(type.search(/[^:/#]*$/))
  return isProblemCode(code) ? code : undefined
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
