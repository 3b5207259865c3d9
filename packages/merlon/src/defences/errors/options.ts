import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { word } from '../../policy/units.ts'
import { language, type Messages, messages } from './messages.ts'

/** `errors` in the policy: how refusals and failures are told. It can be neither turned off nor observed. */
export interface ErrorsOptions {
  /**
   * `problem` is problem details (RFC 9457, `application/problem+json`): `type`, `title`, `status`, `detail`,
   * `requestId`. `error` is `{ "error": { "code", "message", "requestId" } }`, for clients that expect it. A route may
   * set this, and this alone. Default `problem`.
   */
  readonly format?: 'problem' | 'error'
  /** The request's id: in the answer, in the log, and for the handler. A text is the header's name. Default `X-Request-Id`. */
  readonly requestId?: string | RequestIdOptions
  /**
   * What the type of a problem begins with; its code follows. An absolute URI, such as `https://api.example.com/problems/`,
   * or a path. Default `urn:merlon:problem:`. `rate-limited` keeps the type that IETF's rate limit headers register for
   * it.
   */
  readonly typeBase?: string
  /**
   * `development` adds the stack of what was thrown, in the environment of that name, to answers for clients on the same
   * machine. `never` leaves it in the log. Default `development`.
   */
  readonly stack?: 'development' | 'never'
  /**
   * What clients read in place of the guard's own words, by code and language. The language is the one that
   * `Accept-Language` asks for most. A problem that a handler threw with words of its own keeps them. Default: none.
   */
  readonly messages?: Messages
  /** The language of clients that ask for none of the message's. Default `en`. */
  readonly language?: string
}

export interface RequestIdOptions {
  /** The header that brings it and takes it. Default `X-Request-Id`. */
  readonly header?: string
  /**
   * Whose id is taken over, where it is one: 1 to 128 letters, digits, `.`, `_` and `-`. `proxies` are those declared
   * under `client`; `always` lets every client choose the ids in your log. Otherwise a fresh one is drawn. Default
   * `proxies`.
   */
  readonly accept?: 'proxies' | 'always' | 'never'
}

/** All that may stand under `errors`; `error` stands for `{ format: error }`. */
export type ErrorsWritten = ErrorsOptions | 'problem' | 'error'

/** The canonical section. */
export interface Errors {
  readonly format: 'problem' | 'error'
  readonly requestId: { readonly header: string; readonly accept: 'proxies' | 'always' | 'never' }
  readonly typeBase: string
  readonly stack: 'development' | 'never'
  /** There where some are written, and the language with them. */
  readonly messages?: Messages | undefined
  readonly language?: string | undefined
}

const HEADER_EXPECTED = 'the name of a header, such as "X-Request-Id"'

export const TYPE_BASE_EXPECTED =
  'the beginning of a URI, such as "https://api.example.com/problems/", or of a path, such as "/problems/"'

/** A scheme or a slash, and then what a URI may hold (RFC 3986 §2). */
const TYPE_BASE = /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/)[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*$/

/** Whether it will do; what a variable holds is known at the start alone. */
export function isTypeBase(text: string): boolean {
  return TYPE_BASE.test(text)
}

function requestId() {
  return z.strictObject(
    {
      // RFC 9110 §5.6.2
      header: z._default(
        z
          .string({ error: HEADER_EXPECTED })
          .check(z.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, { error: HEADER_EXPECTED })),
        'X-Request-Id',
      ),
      accept: z._default(word(['proxies', 'always', 'never']), 'proxies'),
    },
    { error: 'the name of a header, or settings such as { header: "X-Request-Id", accept: "proxies" }' },
  )
}

export const schema = once(
  (): z.ZodMiniType<Errors> =>
    z.strictObject(
      {
        format: z._default(word(['problem', 'error']), 'problem'),
        requestId: z.prefault(requestId(), {}),
        typeBase: z._default(
          z
            .string({ error: TYPE_BASE_EXPECTED })
            .check(z.refine((text) => text.includes('${') || isTypeBase(text), { error: TYPE_BASE_EXPECTED })),
          'urn:merlon:problem:',
        ),
        stack: z._default(word(['development', 'never']), 'development'),
        messages: z.optional(messages()),
        language: z.optional(language()),
      },
      {
        error:
          '"problem", "error" or settings such as { format: "error" }; this defence cannot be turned off or observed',
      },
    ),
)

export function desugar(written: unknown): unknown {
  if (written === 'problem' || written === 'error') return { format: written }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  const section: Record<string, unknown> = { ...written }
  if (typeof section['requestId'] === 'string') section['requestId'] = { header: section['requestId'] }
  if (section['stack'] === false || section['stack'] === 'off') section['stack'] = 'never'
  return section
}

/** A route may only choose the format, which neither tightens nor loosens. */
export function fold(_base: Errors, route: Errors): Errors {
  return route
}
