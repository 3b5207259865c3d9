declare const input: unique symbol

/**
 * A request whose input is known by its type, which `guard.of` gives back. It stands under a key that nobody can name and
 * that is never there.
 */
export interface TypedRequest<Input> extends Request {
  readonly [input]?: Input
}

/** A handler that knows its input by the section that stands beside it. */
export type TypedFetchHandler<Input, Rest extends unknown[]> = (
  request: TypedRequest<Input>,
  ...rest: Rest
) => Response | Promise<Response>
