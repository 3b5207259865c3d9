/** The part of pino's interface that the guard uses: pino, bunyan and roarr loggers fit as they are. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
