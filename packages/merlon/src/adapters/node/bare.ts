import { Facts } from '../../contract/facts.ts'
import type { ProblemCode } from '../../contract/problems.generated.ts'
import { refuse } from '../../contract/verdict.ts'
import type { Guard } from '../../guard/guard.ts'

/** What is known of bytes that never became a request: where they came from. */
class BareFacts extends Facts {
  readonly method = ''
  readonly target = ''
  readonly encrypted: boolean
  readonly peer: string | undefined

  constructor(peer: string | undefined, encrypted: boolean) {
    super()
    this.peer = peer
    this.encrypted = encrypted
  }

  header(): undefined {}

  lines(): readonly string[] {
    return []
  }

  headers(): Record<string, string> {
    return {}
  }

  get signal(): AbortSignal {
    return new AbortController().signal
  }

  whenOver(call: () => void): void {
    call()
  }

  readBody(): never {
    throw new TypeError('there is no request, and so no body')
  }

  peekBody(): never {
    return this.readBody()
  }
}

/** An answer that has no response object behind it: the caller writes it to the socket. */
export interface BareAnswer {
  readonly status: number
  /** Names and values, alternating; without those of the framing. */
  readonly headers: readonly string[]
  readonly body: string
  readonly requestId: string
}

/** The problem for what node's parser could not take, in the form that the policy gives to every problem. */
export function answerBare(guard: Guard, peer: string | undefined, encrypted: boolean, code: ProblemCode): BareAnswer {
  const facts = new BareFacts(peer, encrypted)
  const { status, headers, body } = guard.refuseBare(facts, refuse(code, { close: true }))
  return { status, headers, body, requestId: guard.requestId(facts) }
}
