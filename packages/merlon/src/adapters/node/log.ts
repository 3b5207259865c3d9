import type { Log } from '../../contract/log.ts'

/** The default log: one line of JSON an entry, on stderr, with levels as pino numbers them. */
export const stderrLog: Log = {
  debug: () => {},
  info: (fields, message) => write(30, fields, message),
  warn: (fields, message) => write(40, fields, message),
  error: (fields, message) => write(50, fields, message),
}

function write(level: number, fields: object, message: string): void {
  process.stderr.write(`${JSON.stringify({ level, time: Date.now(), ...fields, msg: message }, plain)}\n`)
}

/** An error's message and stack are not enumerable, and would be lost. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    return { ...value, type: value.name, message: value.message, stack: value.stack, cause: value.cause }
  }
  return typeof value === 'bigint' ? String(value) : value
}
