import { distance } from './nearest.ts'

/** Variables of the process, as `process.env` or a Worker's bindings hold them. */
export type Variables = Readonly<Record<string, unknown>>

/** Names that mean the same to every tool; any other is known only where the policy has an overlay of that name. */
const WELL_KNOWN = ['production', 'development', 'test']

/** The environment that this process says it is in: `MERLON_ENV`, else `NODE_ENV`, else production. */
export function environmentOf(variables: Variables): string {
  return readVariable(variables, 'MERLON_ENV') ?? readVariable(variables, 'NODE_ENV') ?? 'production'
}

/** A variable that is there and not empty. Inherited names are not variables: `${constructor}` is none. */
export function readVariable(variables: Variables, name: string): string | undefined {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The environment whose policy holds: an unknown name (`Development`, `dev`) is production, never something laxer. */
export function settleEnvironment(name: string, overlays: Iterable<string>): string {
  return WELL_KNOWN.includes(name) || [...overlays].includes(name) ? name : 'production'
}

/** Whether production's strictness holds: everywhere but in development and in tests. */
export function isProduction(environment: string): boolean {
  return environment !== 'development' && environment !== 'test'
}

const SHORT: Readonly<Record<string, string>> = {
  prod: 'production',
  prd: 'production',
  live: 'production',
  dev: 'development',
  devel: 'development',
  develop: 'development',
  local: 'development',
  testing: 'test',
  tests: 'test',
}

/** Whether an overlay may be called so; a string is what was expected instead. */
export function checkOverlayName(name: string): { readonly expected: string; readonly meant?: string } | undefined {
  const lower = name.toLowerCase()
  const meant = Object.hasOwn(SHORT, lower) ? SHORT[lower] : WELL_KNOWN.find((each) => isTypo(lower, each))
  if (meant !== undefined && meant !== name) {
    return { expected: `the environment's name as MERLON_ENV or NODE_ENV gives it`, meant }
  }
  if (/^[A-Za-z][\w-]{0,63}$/.test(name)) return undefined
  return { expected: 'a name of letters, digits, "-" and "_"' }
}

/** Short names are left alone: `best` is one letter from `test`. */
const isTypo = (name: string, known: string): boolean =>
  name === known || (known.length > 6 && Math.abs(name.length - known.length) <= 2 && distance(name, known) <= 2)
