import type { Log } from '../../contract/log.ts'

/** The default log where there is no stderr: one line of JSON an entry, on the console. */
export const consoleLog: Log = {
  debug: () => {},
  info: (fields, message) => console.info(line(30, fields, message)),
  warn: (fields, message) => console.warn(line(40, fields, message)),
  error: (fields, message) => console.error(line(50, fields, message)),
}

function line(level: number, fields: object, message: string): string {
  return JSON.stringify({ level, time: Date.now(), ...fields, msg: message }, plain)
}

/** An error's message and stack are not enumerable, and would be lost. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return { type: value.name, message: value.message, stack: value.stack }
  return typeof value === 'bigint' ? String(value) : value
}
