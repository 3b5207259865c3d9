import { RESERVED } from './options.ts'

/** Rates for limits, words for modes, and one rate for a whole section. */
export function desugarLimits(written: unknown, scope: 'policy' | 'route'): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  if (written === 'observe') return { mode: 'observe' }
  // The policy's limit is everyone's; a route's stands beside it.
  if (typeof written === 'string') return { [scope === 'policy' ? 'general' : 'route']: { rate: written } }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, desugarEntry(name, value)]))
}

function desugarEntry(name: string, value: unknown): unknown {
  if (name === 'headers' && value === false) return 'off'
  return RESERVED.includes(name) ? value : desugarLimit(value)
}

function desugarLimit(written: unknown): unknown {
  if (written === false || written === 'off') return { mode: 'off' }
  if (written === 'observe') return { mode: 'observe' }
  return typeof written === 'string' ? { rate: written } : written
}
