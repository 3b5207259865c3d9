import type { Explanation } from '../../contract/explanation.ts'
import type { Principal } from './options.ts'

export const explainPrincipal: Explanation<Principal> = {
  words: {
    use: 'function that says who is calling',
    required: 'refusal of those who are not recognised',
    scheme: 'scheme that a 401 asks for',
    realm: 'realm that a 401 names',
  },
}
