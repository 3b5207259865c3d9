import type { Directives } from './directives.ts'
import { everyday, type Permissions, powerful } from './permissions.ts'
import type { SimpleValues } from './simple.ts'

/** What holds where the policy writes nothing else. */
export interface Preset {
  readonly csp: Directives
  readonly permissionsPolicy: Permissions
  readonly simple: SimpleValues
}

const simple: SimpleValues = {
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginEmbedderPolicy: 'require-corp',
  crossOriginResourcePolicy: 'same-origin',
  originAgentCluster: 'on',
  referrerPolicy: 'no-referrer',
  xContentTypeOptions: 'on',
  xDnsPrefetchControl: 'deny',
  xDownloadOptions: 'on',
  xFrameOptions: 'deny',
  xPermittedCrossDomainPolicies: 'none',
  xXssProtection: 'on',
}

export const presets = {
  /** JSON is no page: an answer that a browser shows all the same may load, embed and send nothing. */
  api: {
    csp: {
      'default-src': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
    permissionsPolicy: { ...powerful, ...everyday },
    simple,
  },
  /** Pages take scripts and styles from their own origin or by nonce; inline ones without a nonce do not run. */
  pages: {
    csp: {
      'default-src': ["'self'"],
      // A base element would send every relative script elsewhere (ASVS 3.4.3).
      'base-uri': ["'none'"],
      'font-src': ["'self'", 'data:'],
      'form-action': ["'self'"],
      'frame-ancestors': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'script-src': ["'self'", "'nonce'"],
      'script-src-attr': ["'none'"],
      'style-src': ["'self'", "'nonce'"],
      'upgrade-insecure-requests': [],
    },
    permissionsPolicy: powerful,
    // An embedder policy breaks every image of another site that has not agreed, so it has to be asked for.
    simple: { ...simple, crossOriginEmbedderPolicy: 'off', xFrameOptions: 'sameorigin' },
  },
} as const satisfies Readonly<Record<string, Preset>>

/** What names the software behind an API, and with it the list of its known holes. */
export const REVEALING: readonly string[] = [
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-generator',
  'x-runtime',
]
