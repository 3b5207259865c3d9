import type { Client, Facts, Principal } from '../../contract/facts.ts'

/** A request as the code sees it that says whom it counts for: `{ by: { use: 'tenantOf' } }`. */
export interface SubjectRequest {
  readonly method: string
  /** The canonical path, without the query. */
  readonly path: string
  /** The query as sent, without `?`. */
  readonly query: string
  /** The pattern of the policy's route, `POST /auth/login`, or `*`. */
  readonly route: string
  /** The parameters of the route's path. */
  readonly params: Readonly<Record<string, string>>
  readonly client: Client
  /** Who has been recognised; undefined where nobody has. */
  readonly principal: Principal | undefined
  /** The parsed body, where the policy says `needs: 'body'`. */
  readonly body: unknown
  /** A header's value, its lines joined by `, `; the name in any case. */
  header(name: string): string | undefined
}

/** What code says of a request: a text of at most 256 characters. Undefined is nobody, and answered 400. */
export type SubjectOf = (request: SubjectRequest) => string | undefined | PromiseLike<string | undefined>

export function subjectRequest(facts: Facts): SubjectRequest {
  const { method, path, query, route, client, principal } = facts
  return {
    method,
    path,
    query,
    route: route.pattern,
    params: Object.fromEntries(route.names.map((name, at) => [name, facts.params[at] ?? ''])),
    client,
    principal,
    body: (facts.body ?? facts.parsed)?.value,
    header: (name) => facts.header(name.toLowerCase()),
  }
}
