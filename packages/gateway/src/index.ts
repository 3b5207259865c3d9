export type { LogSink } from './access-log.ts'
export { OptionError } from './address.ts'
export type { Limits, Timeouts } from './options.ts'
export { type Gateway, type ServeOptions, serve } from './serve.ts'
