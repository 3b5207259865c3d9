import { type Client, Facts } from '../contract/facts.ts'
import type { CompiledRoute } from './compile.ts'

/** An address of which there is no request. */
class PeerFacts extends Facts {
  readonly method = ''
  readonly target = ''
  readonly encrypted = false
  readonly peer: string

  constructor(peer: string) {
    super()
    this.peer = peer
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

  peekBody(): never {
    return this.readBody()
  }

  readBody(): never {
    throw new TypeError('there is no request, and so no body')
  }
}

/** The client that the policy sees in an address; its own address is empty where the text is none. */
export function clientAt({ parts }: CompiledRoute, address: string): Client {
  const facts = new PeerFacts(address)
  parts.get('client')?.steps?.['client']?.(facts)
  return facts.client
}
