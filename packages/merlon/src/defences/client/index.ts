import type { Defence } from '../../contract/defence.ts'
import { checkClient } from './check.ts'
import { compileClient } from './decide.ts'
import { type ClientOptions, clientSchema, desugarClient, foldClient } from './options.ts'

export const client: Defence<ClientOptions> = {
  name: 'client',
  section: { schema: clientSchema, desugar: desugarClient, inRoute: ['allow', 'deny'], fold: foldClient },
  steps: ['client', 'client.lists'],
  compile: compileClient,
  check: checkClient,
}

export type { ClientOptions, WrittenClient } from './options.ts'
