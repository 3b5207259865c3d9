import { once } from './once.ts'
import type { Position } from './origin.ts'

export interface CallSite extends Position {
  readonly file: string
}

/** `    at main (file:///app/policy.ts:3:14)` in V8 and Bun, `main@file:///app/policy.ts:3:14` elsewhere. */
const FRAME = /^(?:\s*at (?:.*? \()?|[^@]*@)(.+?):(\d+):(\d+)\)?$/

/**
 * Who called `above`: the file and the line that a mistake in a policy written as code points to. Read from the stack's
 * text, so that source maps which the runtime applies are applied here too; undefined where there is no stack. The text
 * is made when it is asked for: most policies have no mistake.
 */
export function callSite(above: (...given: never[]) => unknown): () => CallSite | undefined {
  const capture = (Error as { captureStackTrace?: (target: object, above: unknown) => void }).captureStackTrace
  const holder: { stack?: unknown } = capture === undefined ? new Error() : {}
  capture?.(holder, above)
  // Without captureStackTrace this function, its caller and `above` stand on top.
  return once(() => find(holder.stack, capture === undefined ? 3 : 0))
}

function find(stack: unknown, at: number): CallSite | undefined {
  if (typeof stack !== 'string') return undefined
  const frames = stack.split('\n').map((line) => FRAME.exec(line))
  const found = frames.filter((each) => each !== null)[at]
  if (found?.[1] === undefined) return undefined
  return { file: readable(found[1]), line: Number(found[2]), column: Number(found[3]) }
}

function readable(file: string): string {
  if (!file.startsWith('file://')) return file
  try {
    return decodeURIComponent(file.slice('file://'.length)).replace(/^\/([A-Za-z]:)/, '$1')
  } catch {
    return file
  }
}
