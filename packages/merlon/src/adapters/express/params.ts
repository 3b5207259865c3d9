import { stateOf } from '../node/exchange-of.ts'
import type { ParsedRequest } from './middleware.ts'

interface Held {
  readonly raw: unknown
  /** Whether the schema has made anything of it. */
  readonly known: boolean
  readonly made: unknown
}

type Params = Readonly<Record<string, unknown>>

const HELD = Symbol('merlon.params')

interface Holder {
  [HELD]?: HeldParams
}

/**
 * Has validated parameters stand in `req.params` in place of the raw ones.
 *
 * @param raw what they were, by the names that the schema was given
 * @param made what the schema made of them
 */
export function holdParams(req: ParsedRequest, raw: Params, made: unknown): HeldParams {
  const holder: Holder = stateOf(req)
  let held = holder[HELD]
  if (held === undefined) {
    held = new HeldParams(req.params)
    holder[HELD] = held
    Object.defineProperty(req, 'params', accessor)
  }
  held.hold(raw, made)
  return held
}

/** The same for every request: two functions of its own, and V8 would treat each request as a kind of its own. */
const accessor: PropertyDescriptor & ThisType<ParsedRequest> = {
  get() {
    return (stateOf(this) as Holder)[HELD]?.current
  },
  set(params: unknown) {
    ;(stateOf(this) as Holder)[HELD]?.set(params)
  },
  configurable: true,
  enumerable: true,
}

/**
 * The `req.params` of one request. Express' router reads the path anew and sets it before each handler, so what is set
 * is looked through each time. A parameter is one that was validated where its name and its text are the same: `id` of
 * another router on the same path may be another segment.
 */
class HeldParams {
  readonly #held = new Map<string, Held>()
  #current: unknown

  constructor(current: unknown) {
    this.#current = current
  }

  get current(): unknown {
    return this.#current
  }

  set(params: unknown): void {
    this.#current = this.#over(params)
  }

  hold(raw: Params, made: unknown): void {
    for (const [name, value] of Object.entries(raw)) {
      const before = this.#held.get(name)
      const known = isObject(made) && Object.hasOwn(made, name)
      // A second schema is given what the first has made; the router knows what came.
      const came = before && Object.is(before.made, value) ? before.raw : value
      this.#held.set(name, { raw: came, known, made: known ? made[name] : undefined })
    }
    this.#current = this.#over(this.#current)
  }

  /** What the schema of a handler's own route has made, whole. */
  give(made: unknown): void {
    this.#current = made
  }

  #over(params: unknown): unknown {
    if (!isObject(params)) return params
    const own: Record<string, unknown> = Object.assign(Object.create(Object.getPrototypeOf(params)), params)
    for (const [name, value] of Object.entries(own)) {
      const held = this.#held.get(name)
      if (held === undefined || !Object.is(held.raw, value)) continue
      if (held.known) own[name] = held.made
      else delete own[name]
    }
    return own
  }
}

function isObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null
}
