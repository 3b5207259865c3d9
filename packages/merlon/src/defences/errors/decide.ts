import type { Build, Compiled } from '../../contract/defence.ts'
import { classify } from './classify.ts'
import { type Errors, isTypeBase, TYPE_BASE_EXPECTED } from './options.ts'
import { compileRender } from './render.ts'
import { compileIdentify } from './request-id.ts'

export function compile(options: Errors, build: Build): Compiled {
  if (!isTypeBase(options.typeBase)) build.mistake(['typeBase'], TYPE_BASE_EXPECTED)
  const identify = compileIdentify(options, build)
  const { header } = options.requestId
  const lower = header.toLowerCase()
  return {
    identify,
    classify,
    render: compileRender(options, build),
    // In place of the handler's own, so that the client and the log name the same id.
    leave: (facts, answer) => {
      facts.requestIdUsed ??= identify(facts)
      answer.set(header, lower, facts.requestIdUsed)
    },
  }
}
