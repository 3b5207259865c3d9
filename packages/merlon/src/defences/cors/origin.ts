/** One entry of the written list, understood. */
export type Origin = Exact | Pattern | { readonly kind: 'any' }

/** An origin to the letter (RFC 6454 §6.2), as browsers send it. */
export interface Exact {
  readonly kind: 'exact'
  readonly text: string
  /** `app.example.com`, without the port. */
  readonly host: string
}

/** Anchored at both ends; nothing else is accepted. */
export interface Pattern {
  readonly kind: 'pattern'
  readonly expression: RegExp
  /** Whether it admits a page that was loaded over plain HTTP. */
  readonly insecure: boolean
  /** How the hosts that it admits end: `.example.com`, or `localhost` where the whole host is fixed. */
  readonly ends: readonly string[]
}

/** The phrase follows the word "expected". */
export interface Wrong {
  readonly kind: 'wrong'
  readonly expected: string
}

export const wrong = (expected: string): Wrong => ({ kind: 'wrong', expected })

/**
 * What any origin that a browser names looks like; patterns are only asked about text of this form. So a pattern never
 * sees a list, a path, a user name, a control character or letters outside of ASCII.
 */
const FORM = /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/

/** Scheme, a host of at most 253 characters (RFC 1035 §2.3.4), port. */
const LONGEST = 300

export function isOrigin(text: string): boolean {
  return text.length <= LONGEST && FORM.test(text)
}
