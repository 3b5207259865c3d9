import type { Late, TooLate } from '../../contract/defence.ts'
import { fold, type Scopes } from './options.ts'

/** Scopes of an inline route come beside those of the policy, which have been asked for already. */
export const late: Late<Scopes> = {
  under: {},
  tooLate(desugared): readonly TooLate[] {
    const expected = 'scopes to ask for beside those of the policy'
    return desugared['mode'] === 'off' ? [{ path: ['mode'], expected }] : []
  },
  join: (base, inline) => (base === undefined ? inline : fold(base, inline)),
}
