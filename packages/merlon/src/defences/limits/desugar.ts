import { BY_KEYS } from './by.ts'
import { RESERVED } from './options.ts'
import { type PresetName, presets } from './presets.generated.ts'

const DEFAULT_ACCOUNT = { body: 'email' }

type Tree = Readonly<Record<string, unknown>>

/** Rates for limits, words for modes, presets for the limits that they stand for, and one rate for a whole section. */
export function desugarLimits(written: unknown, scope: 'policy' | 'route'): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  if (written === 'observe') return { mode: 'observe' }
  if (typeof written === 'string') {
    if (Object.hasOwn(presets, written)) return desugarLimits({ preset: written }, scope)
    // The policy's limit is everyone's; a route's stands beside it.
    return { [scope === 'policy' ? 'general' : 'route']: { rate: written } }
  }
  if (!isObject(written)) return written
  const own = Object.fromEntries(Object.entries(written).map(([name, value]) => [name, desugarEntry(name, value)]))
  const { preset } = written
  const { name, account } = isObject(preset) ? preset : { name: preset, account: DEFAULT_ACCOUNT }
  if (typeof name !== 'string' || !Object.hasOwn(presets, name)) return own
  return over(expand(presets[name as PresetName].section, isBy(account) ? account : DEFAULT_ACCOUNT) as Tree, own)
}

function desugarEntry(name: string, value: unknown): unknown {
  if (name === 'headers' && value === false) return 'off'
  if (name === 'penalty') return desugarPenalty(value)
  return RESERVED.includes(name) ? value : desugarLimit(value)
}

function desugarLimit(written: unknown): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  if (written === 'observe') return { mode: 'observe' }
  if (typeof written === 'string') return { rate: written }
  return isObject(written) && isObject(written['when']) ? { ...written, when: [written['when']] } : written
}

function desugarPenalty(written: unknown): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  return isObject(written) && typeof written['ban'] === 'string' ? { ...written, ban: [written['ban']] } : written
}

/** Whether it can be what an account is named by. If not, that is told where it stands, and nowhere else. */
function isBy(account: unknown): boolean {
  return Array.isArray(account) || (isObject(account) && Object.keys(account).every((key) => BY_KEYS.includes(key)))
}

/** A preset's section, with the account's field in its place. */
function expand(value: unknown, account: unknown): unknown {
  if (value === '$account') return account
  if (Array.isArray(value)) return value.flatMap((each) => expand(each, account))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expand(each, account)]))
}

/** What is written beside a preset lies over it, setting by setting. */
function over(under: Tree, own: Tree): Tree {
  const merged: Record<string, unknown> = { ...under }
  for (const [name, value] of Object.entries(own)) {
    const below = under[name]
    merged[name] = isObject(below) && isObject(value) ? { ...below, ...value } : value
  }
  return merged
}

function isObject(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
