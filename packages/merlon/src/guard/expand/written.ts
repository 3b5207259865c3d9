/** Sections that a route may override. */
export interface RouteSections {
  readonly client?: unknown
  readonly limits?: unknown
  readonly size?: unknown
  readonly cors?: unknown
  readonly headers?: unknown
  readonly errors?: unknown
}

/** What holds in one environment: sections for every route, and routes that override them. */
export interface EnvironmentPolicy extends RouteSections {
  /** By method and path: `'POST /auth/login'`, `'GET,HEAD /books/:id'`, `'/files/*'`. */
  readonly routes?: Readonly<Record<string, RouteSections>>
}

/** A policy as it is written. Everything left out is secure; `{}` is a hardened API. */
export interface WrittenPolicy extends EnvironmentPolicy {
  /** The address of the JSON Schema, for editors. */
  readonly $schema?: string
  /** What the API answers: JSON (`api`, the default) or pages for browsers too (`pages`). */
  readonly preset?: 'api' | 'pages'
  /** What differs in an environment, by the name that `MERLON_ENV` or else `NODE_ENV` gives. */
  readonly environments?: Readonly<Record<string, EnvironmentPolicy>>
}
