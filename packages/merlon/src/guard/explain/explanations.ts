import { explainClient } from '../../defences/client/explain.ts'
import { explainCors } from '../../defences/cors/explain.ts'
import { explainDeadline } from '../../defences/deadline/explain.ts'
import { explainErrors } from '../../defences/errors/explain.ts'
import { explainHeaders } from '../../defences/headers/explain.ts'
import { explainInput } from '../../defences/input/explain.ts'
import { explainLimits } from '../../defences/limits/explain.ts'
import { explainLoad } from '../../defences/load/explain.ts'
import { explainPrincipal } from '../../defences/principal/explain.ts'
import { explainScopes } from '../../defences/scopes/explain.ts'
import { explainSize } from '../../defences/size/explain.ts'
import { explainTransport } from '../../defences/transport/explain.ts'
import { explainVersions } from '../../defences/versions/explain.ts'
import type { Explanations } from './checklist.ts'

/**
 * What each defence says of itself, by its name. A defence that is not here is explained by its section's modes, its
 * findings and its `fold`.
 */
export const explanations = {
  client: explainClient,
  transport: explainTransport,
  versions: explainVersions,
  principal: explainPrincipal,
  scopes: explainScopes,
  limits: explainLimits,
  load: explainLoad,
  size: explainSize,
  input: explainInput,
  deadline: explainDeadline,
  cors: explainCors,
  headers: explainHeaders,
  errors: explainErrors,
} as Readonly<Record<string, unknown>> as Explanations
