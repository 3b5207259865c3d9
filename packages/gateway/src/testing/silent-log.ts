import type { Log } from 'merlon'

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface Entry {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
}

/** A log that keeps what it was told. */
export function keepingLog(): Log & { readonly entries: Entry[] } {
  const entries: Entry[] = []
  const keep = (level: Entry['level']) => (fields: object) => void entries.push({ level, fields: { ...fields } })
  return { entries, debug: () => {}, info: keep('info'), warn: keep('warn'), error: keep('error') }
}
