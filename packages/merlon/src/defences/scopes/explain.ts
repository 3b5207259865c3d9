import type { Explanation } from '../../contract/explanation.ts'
import type { Scopes } from './options.ts'

export const explainScopes: Explanation<Scopes> = {
  words: { all: 'scopes' },
  tighter: { all: 'more' },
}
