import * as z from 'zod/mini'
import { problem } from '../packages/merlon/src/contract/problem.ts'
import type { SubjectRequest } from '../packages/merlon/src/defences/limits/request.ts'
import type { RequestToIdentify } from '../packages/merlon/src/defences/principal/request.ts'
import { namesIn } from '../packages/merlon/src/policy/code.ts'

/**
 * What the cases' policies use by name. Every host binds the same, written with whatever its language has;
 * spec/conformance/README.md says in words what each of them is.
 */
const schemas: Readonly<Record<string, unknown>> = {
  NewUser: z.object({
    email: z.string().check(z.email(), z.maxLength(255)),
    password: z.string().check(z.minLength(12), z.maxLength(128)),
    name: z.string().check(z.minLength(1), z.maxLength(100)),
    address: z.optional(z.object({ street: z.string(), city: z.string() })),
    tags: z.optional(z.array(z.object({ name: z.string() }))),
  }),
  Page: z.object({
    page: z._default(z.coerce.number().check(z.int(), z.minimum(1)), 1),
    limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 20),
    q: z.optional(z.string().check(z.maxLength(50))),
  }),
  BookId: z.object({ id: z.coerce.number().check(z.int(), z.minimum(1)) }),
  Version: z.object({ 'x-version': z.string().check(z.regex(/^\d$/)) }),
  Session: z.object({ session: z.string().check(z.regex(/^[a-z]{4}$/)) }),
  Later: z.object({ name: z.string().check(z.refine(async (name) => name !== 'taken')) }),
  tenantOf: ({ header }: SubjectRequest) => header('X-Tenant'),
  tenantLater: async ({ body }: SubjectRequest) => (body as { tenant?: string } | undefined)?.tenant,
  ...identifications(),
  Throws: z.unknown().check(
    z.refine(() => {
      throw new Error('hunter2 cannot be checked')
    }),
  ),
}

function identifications(): Readonly<Record<string, unknown>> {
  const whoIs = ({ header }: RequestToIdentify) => {
    const [id, tier, ...scopes] = (header('X-User') ?? '').split(' ')
    return id === '' || id === undefined ? undefined : { id, ...(tier === undefined ? {} : { tier }), scopes }
  }
  return {
    whoIs,
    whoIsLater: async (request: RequestToIdentify) => whoIs(request),
    whoIsBearer: ({ header }: RequestToIdentify) => {
      const token = header('Authorization')?.replace(/^Bearer /, '')
      return token === undefined ? undefined : { id: `token:${token}` }
    },
    whoIsSession: ({ cookie }: RequestToIdentify) => {
      const id = cookie('session')
      return id === undefined ? undefined : { id }
    },
    whoIsOwner: ({ method, path, params, client }: RequestToIdentify) => ({
      id: [method, path, params['id'], client.address].join(' '),
    }),
    whoIsNumber: async () => ({ id: 42 }),
    whoIsNull: () => null,
    whoIsThrows: async () => {
      throw Object.assign(new Error('hunter2 is no account'), { status: 404 })
    },
    whoIsOver: () => {
      throw problem(401, { detail: 'The session is over.', headers: { 'WWW-Authenticate': 'Session' } })
    },
    whoIsNever: () => new Promise(() => {}),
  }
}

/** What a case's policy uses, and nothing else: what is bound and not used is a finding. */
export function codeFor(policy: object): Readonly<Record<string, unknown>> {
  const names = namesIn(policy)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => names.has(name)))
}
