import type { WrittenClient } from '../../defences/client/index.ts'
import type { CorsWritten } from '../../defences/cors/index.ts'
import type { DeadlineOptions, DeadlineWritten } from '../../defences/deadline/index.ts'
import type { ErrorsOptions, ErrorsWritten } from '../../defences/errors/index.ts'
import type { HeadersWritten } from '../../defences/headers/index.ts'
import type { InputOptions, InputWritten, None, RoutedInput, Schemas } from '../../defences/input/index.ts'
import type { LimitsWritten, WrittenLimit } from '../../defences/limits/index.ts'
import type { LoadWritten } from '../../defences/load/index.ts'
import type { PrincipalWritten } from '../../defences/principal/index.ts'
import type { ScopesWritten } from '../../defences/scopes/index.ts'
import type { SizeWritten } from '../../defences/size/index.ts'
import type { TransportWritten } from '../../defences/transport/index.ts'
import type { VersionsWritten } from '../../defences/versions/index.ts'
import type { SecretsWritten } from '../settings/options.ts'

export type { InputOptions, None, RoutedInput, Schemas }

/** What a route may set otherwise than the policy does; what it leaves out stays as it is. */
export interface RouteSections {
  /** Who may call here, by address. */
  readonly client?: Pick<WrittenClient, 'allow' | 'deny'>
  /** Who is calling, by the application's own authentication. */
  readonly principal?: PrincipalWritten
  /** What a caller has to be allowed: `['orders:write']`, scopes of the principal. */
  readonly scopes?: ScopesWritten
  /** How often, counted by address or by what the request holds. */
  readonly limits?: LimitsWritten
  /** What happens when requests are too many at once: who goes first, who waits, how many are worked on. */
  readonly load?: LoadWritten
  /** How much a request may bring. */
  readonly size?: SizeWritten
  /** What a request has to hold, by schema. */
  readonly input?: InputWritten
  /** How long a request may take. */
  readonly deadline?: Omit<DeadlineOptions, 'headers'> | string | false
  /** Which pages of other origins may call. */
  readonly cors?: CorsWritten
  /** What browsers are told with every answer. */
  readonly headers?: HeadersWritten
  /** How refusals and errors are answered here. */
  readonly errors?: Pick<ErrorsOptions, 'format'> | 'problem' | 'error'
}

/** `deadline` by itself: a request's head has come before it acts. */
export type AloneDeadline = NonNullable<RouteSections['deadline']>

/** One limit by itself, without a policy around it. */
export interface AloneLimit extends WrittenLimit {
  /**
   * What clients read in headers and refusals, and what its counters are called where several processes share them.
   * Default: `limit`, counted apart for each place that makes one.
   */
  readonly name?: string
}

/** What holds in one environment: sections for every route, and routes that differ. */
export interface EnvironmentPolicy extends Omit<RouteSections, 'client' | 'deadline' | 'errors'> {
  /** Who is calling, and which proxies are believed about it. */
  readonly client?: WrittenClient
  /** HTTPS alone, and which hosts are served. */
  readonly transport?: TransportWritten
  /** Which versions the API has, how requests name one, and when one ends. */
  readonly versions?: VersionsWritten
  /** How long a request may take, from its first byte to the last byte of its answer. */
  readonly deadline?: DeadlineWritten
  /** How refusals and errors are answered. */
  readonly errors?: ErrorsWritten
  /** Random texts that the guard signs, hashes and encrypts with: by `${NAME}`, or from files. */
  readonly secrets?: SecretsWritten
  /** How many processes run this policy, each with counters of its own or all in one store. */
  readonly instances?: number
  /**
   * Routes by method and path, in any order, as the most specific one holds: `POST /auth/login`, `GET,HEAD /books/:id`,
   * `/files/*`. Without a method, all methods. `:name` is one segment, `*` at the end is all that is left, if anything.
   */
  readonly routes?: Readonly<Record<string, RouteSections>>
}

/** A policy as it is written. What is left out is secure; `{}` is a hardened API. */
export interface WrittenPolicy extends EnvironmentPolicy {
  /** The address of the JSON Schema, for editors. */
  readonly $schema?: string
  /** What the API answers: `api` (JSON, the default) or `pages` (pages for browsers too). */
  readonly preset?: 'api' | 'pages'
  /**
   * What differs in an environment, by the name that `MERLON_ENV` or else `NODE_ENV` gives. It lies over the policy:
   * objects merge, all else replaces. An unset or unknown name is production.
   */
  readonly environments?: Readonly<Record<string, EnvironmentPolicy>>
}
