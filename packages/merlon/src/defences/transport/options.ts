import * as z from 'zod/mini'
import { once } from '../../policy/once.ts'
import { hasReference } from '../../policy/references.ts'
import { word } from '../../policy/units.ts'
import { parseHost } from './parse-host.ts'

/** `transport` in the policy: how a request may have come here, and for which host. It holds for every route alike. */
export interface TransportOptions {
  /**
   * `observe` reports what would be refused and lets it pass, unredirected. `off` takes requests as they come. Default
   * `enforce`.
   */
  readonly mode?: 'enforce' | 'observe' | 'off'
  /**
   * What becomes of plain HTTP. `refuse`: 403 `https-required`. `redirect`: GET and HEAD get a 308 to `https://`, which
   * is right for pages and hides a client's mistake from it where an API is called; what carries `Authorization` or
   * `X-API-Key` is refused still. `allow`: it passes. From this machine itself it always passes. Default `refuse`.
   */
  readonly http?: 'refuse' | 'redirect' | 'allow'
  /**
   * The hosts that are served; a request for another one, or for none, gets 421 `host-refused`. Default: any.
   *
   * - `api.example.com`: this name, without a port or with 80 or 443
   * - `api.example.com:8443`, `localhost:*`: this port, any port
   * - `*.example.com`: any one label before it
   * - `${HOSTS}`: may hold several, separated by commas
   */
  readonly hosts?: readonly string[]
  /**
   * Paths, to the letter, that load balancers ask over plain HTTP and by an address: GET and HEAD of these pass whatever
   * is said above. Default `/health`, `/healthz`, `/livez`, `/readyz`.
   */
  readonly health?: readonly string[]
}

/** All that may stand under `transport`. */
export type TransportWritten = TransportOptions | 'observe' | 'off' | false

/** The canonical section. */
export interface Transport {
  readonly mode: 'enforce' | 'observe' | 'off'
  readonly http: 'refuse' | 'redirect' | 'allow'
  /** Empty: any. */
  readonly hosts: readonly string[]
  readonly health: readonly string[]
}

const HEALTH = ['/health', '/healthz', '/livez', '/readyz']

const PATH_EXPECTED = 'a path to the letter, such as "/health"'

const REDIRECT_EXPECTED =
  '"hosts" beside it, such as hosts: ["www.example.com"]: whoever writes the Host header would otherwise choose where ' +
  'the answer leads'

function written() {
  const path = z.string({ error: PATH_EXPECTED }).check(z.regex(/^\/[^\s?#*:]*$/, { error: PATH_EXPECTED }))
  const host = z.string({ error: 'a host as text, such as "api.example.com"' }).check(
    z.check((context) => {
      const text = context.value
      // What a variable holds is known at the start alone, and read again then.
      const read = hasReference(text) ? undefined : parseHost(text)
      if (typeof read === 'string') context.issues.push({ code: 'custom', message: read, input: text })
    }),
  )
  return z.strictObject(
    {
      mode: z._default(word(['enforce', 'observe', 'off']), 'enforce'),
      http: z._default(word(['refuse', 'redirect', 'allow']), 'refuse'),
      hosts: z._default(z.array(host, { error: 'a list of hosts, such as ["api.example.com"]' }), []),
      health: z._default(z.array(path, { error: 'a list of paths, such as ["/health"]' }), HEALTH),
    },
    { error: 'how requests may come, such as { hosts: ["api.example.com"] }, "observe" or "off"' },
  )
}

export const schema = once(
  (): z.ZodMiniType<Transport> =>
    z.pipe(
      written(),
      z.transform(({ mode, http, hosts, health }, context): Transport => {
        if (http === 'redirect' && hosts.length === 0) {
          context.issues.push({ code: 'custom', path: ['http'], message: REDIRECT_EXPECTED, input: http })
        }
        const named = hosts.map((each) => (hasReference(each) ? each : each.toLowerCase()))
        return { mode, http, hosts: [...new Set(named)], health: [...new Set(health)].sort() }
      }),
    ),
)

export function desugar(value: unknown): unknown {
  if (value === false || value === 'off') return { mode: 'off' }
  return value === 'observe' ? { mode: 'observe' } : value
}
