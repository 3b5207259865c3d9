import type { Decide, Defence } from '../contract/defence.ts'
import { client } from '../defences/client/index.ts'
import { cors } from '../defences/cors/index.ts'
import { deadline } from '../defences/deadline/index.ts'
import { errors } from '../defences/errors/index.ts'
import { headers } from '../defences/headers/index.ts'
import { input } from '../defences/input/index.ts'
import { limits } from '../defences/limits/index.ts'
import { load } from '../defences/load/index.ts'
import { principal } from '../defences/principal/index.ts'
import { scopes } from '../defences/scopes/index.ts'
import { size } from '../defences/size/index.ts'
import { transport } from '../defences/transport/index.ts'
import { versions } from '../defences/versions/index.ts'
import { framing } from './framing.ts'
import { path } from './path.ts'
import { instances, secrets } from './settings/index.ts'

/**
 * The order is the security property that people get wrong, so it stands here and nowhere else. A step that a defence
 * gives is named by the defence; `framing`, `path` and `route` are the guard's own. What stands before `route` is the
 * same for every request; from there on a route's own options apply.
 */
export const order = {
  /** Before a route is known. */
  arrive: ['client', 'transport', 'framing', 'path', 'versions'],
  /** The route is known, and nothing of the body has been read. */
  route: ['client.lists', 'load.shed', 'cors.preflight', 'size.declared', 'limits.address', 'load.delay'],
  /**
   * Who is calling beyond the address. After a preflight has been answered, which carries no credentials, and before
   * anything of the body is read for somebody unknown.
   */
  identify: ['principal', 'limits.principal', 'scopes', 'load.concurrency'],
  /**
   * With the body on routes that need it before their handler, without it where only other input is validated. Where all
   * that need it observe, it is looked at and left where it is.
   */
  read: ['size.body', 'size.peek', 'limits.body', 'input'],
  /** Of an inline route, and of a defence by itself, on requests that have come past all of the above. */
  late: [
    'client',
    'transport',
    'path',
    'versions',
    'cors.preflight',
    'size.late',
    'limits.address',
    'limits.principal',
    'scopes',
    'load.concurrency',
    'size.body',
    'size.peek',
    'limits.body',
    'input',
  ],
  /** On every answer, refusals included: the names are defences. */
  leave: ['limits', 'load', 'versions', 'cors', 'headers', 'errors'],
} as const

/** What an inline route may hold; `late` in the section says what it means there. */
export const lateSections = ['limits', 'load', 'scopes', 'size', 'input', 'deadline'] as const

/** What the guard's `skip` may leave out. Never the client, framing, paths and lists, and nothing of what leaves. */
export const skippable = ['limits', 'load', 'size', 'cors'] as const

/** The guard's own steps. */
export const own: Readonly<Record<string, Decide>> = { framing, path }

/** Every defence, in the order in which the policy lists its sections; at the end the guard's own settings. */
export const defences: readonly Defence<unknown>[] = [
  client,
  transport,
  versions,
  principal,
  scopes,
  limits,
  load,
  size,
  input,
  deadline,
  cors,
  headers,
  errors,
  secrets,
  instances,
] as unknown[] as Defence<unknown>[]
