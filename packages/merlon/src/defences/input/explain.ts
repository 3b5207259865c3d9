import type { Explanation } from '../../contract/explanation.ts'
import { WRITES } from './check.ts'
import { type Input, PARTS } from './options.ts'

const WRITE = 'input: { body: { use: "NewUser" } }, in each of them'

export const explainInput: Explanation<Input> = {
  checklist: [
    {
      line: 'input-validation',
      judge(policy, routes) {
        const writing = routes.filter(({ key }) => WRITES.test(key))
        const open = writing.filter(({ options }) => !options.body).map(({ key }) => key)
        const note = { status: 'unmet', severity: 'note' } as const
        if (![policy, ...routes.map(({ options }) => options)].some(hasSchema)) {
          return { ...note, reason: 'No schema stands in the policy: handlers validate, or nobody does.', write: WRITE }
        }
        if (open.length > 0) return { ...note, reason: `No schema for the body of ${open.join(', ')}.`, write: WRITE }
        if (writing.length > 0) {
          return { status: 'met', reason: 'Every route of the policy that writes has a schema for its body.' }
        }
        const reason = 'The policy names no route that writes: what they take is not in it.'
        return { status: 'unprovable', reason, proof: 'audit, the code' }
      },
    },
  ],
  words: Object.fromEntries(
    PARTS.flatMap((name) => [
      [name, `schema of ${name}`],
      [`${name}.use`, `schema of ${name}`],
      [`${name}.unknown`, `unknown fields of ${name}`],
    ]),
  ),
}

function hasSchema(input: Input): boolean {
  return PARTS.some((name) => input[name] !== undefined)
}
