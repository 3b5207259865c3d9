import { type Directive, type Directives, wrongValue } from './directives.ts'
import { ENDPOINT_EXPECTED, isEndpointName, wrongAddition, wrongEndpoint, wrongFieldValue } from './fields.ts'
import type { SecurityHeaders } from './options.ts'
import { FEATURE_EXPECTED, isFeature, wrongGrant } from './permissions.ts'

/** A text of the section that must not go into a header as it is. */
export interface WrongText {
  readonly path: readonly (string | number)[]
  readonly text: string
  readonly expected: string
}

/**
 * Everything that is free text, held to its form: when the policy is read, and once more when variables are resolved,
 * so that nothing gets into a header unseen.
 */
export function wrongTexts(options: SecurityHeaders): readonly WrongText[] {
  const found: WrongText[] = []
  const hold = (path: WrongText['path'], text: string, expected: string | undefined) => {
    if (expected !== undefined) found.push({ path, text, expected })
  }
  for (const key of ['csp', 'cspReportOnly'] as const) {
    if (options[key] !== 'off') holdCsp(key, options[key], options.reportingEndpoints, hold)
  }
  if (options.permissionsPolicy !== 'off') {
    for (const [feature, list] of Object.entries(options.permissionsPolicy)) {
      const path = ['permissionsPolicy', feature]
      hold(path, feature, isFeature(feature) ? undefined : FEATURE_EXPECTED)
      for (const [index, entry] of list.entries()) hold([...path, index], entry, wrongGrant(entry, list))
    }
  }
  for (const [name, address] of Object.entries(options.reportingEndpoints)) {
    const path = ['reportingEndpoints', name]
    hold(path, name, isEndpointName(name) ? undefined : ENDPOINT_EXPECTED)
    hold(path, address, wrongEndpoint(address))
  }
  const added = new Set<string>()
  for (const [name, value] of Object.entries(options.add)) {
    hold(['add', name], name, wrongAddition(name))
    hold(['add', name], name, added.has(name.toLowerCase()) ? 'each header once; its case means nothing' : undefined)
    added.add(name.toLowerCase())
    hold(['add', name], value, wrongFieldValue(value))
  }
  return found
}

function holdCsp(
  key: string,
  policy: Directives,
  endpoints: Readonly<Record<string, string>>,
  hold: (path: WrongText['path'], text: string, expected: string | undefined) => void,
): void {
  const addresses = Object.values(endpoints)
  for (const [name, values] of Object.entries(policy)) {
    for (const [index, value] of values.entries()) {
      // An endpoint's address is held to its form where it is written.
      if (name === 'report-uri' && addresses.includes(value)) continue
      hold([key, name, index], value, wrongValue(name as Directive, value, values))
    }
  }
}
