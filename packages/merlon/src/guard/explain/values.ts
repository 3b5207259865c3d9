import { formatBytes, formatDuration } from '../../policy/format-units.ts'
import { isObject } from '../expand/tree.ts'

/** A canonical value in the words of a written policy; the unit is told by the name of the key. */
export function sayValue(key: string, value: unknown): string {
  if (typeof value === 'number') {
    if (key.endsWith('Bytes')) return formatBytes(value)
    if (key.endsWith('Ms')) return formatDuration(value)
    return key.endsWith('Seconds') ? formatDuration(value * 1000) : String(value)
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (value === undefined || value === null || value === '') return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((each) => sayValue('', each)).join(', ')
  return isObject(value) ? JSON.stringify(value) : String(value)
}

/** What a setting is called where its defence has no word for it: `maxUrlBytes` is `most url`. */
export function sayKey(key: string): string {
  if (!/^[a-z][A-Za-z0-9]*$/.test(key)) return key
  const bare = key.replace(/(?:Bytes|Ms|Seconds)$/, '').replace(/^max(?=[A-Z])/, 'most')
  return bare.replace(/[A-Z]+/g, (capitals) => ` ${capitals.toLowerCase()}`)
}
