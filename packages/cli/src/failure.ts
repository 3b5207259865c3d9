import { OptionError } from '@merlon/gateway'
import { PolicyError } from 'merlon'

/** What a command ends with: 2 where what was written has to change, 1 where the machine stands in the way. */
export interface Failure {
  readonly exitCode: 1 | 2
  readonly message: string
}

/** Something that the one who typed has to mend, said in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: another process listens there. Stop it, or choose another port',
  EACCES: 'may not be listened on by this user: ports below 1024 need rights of their own',
  EADDRNOTAVAIL: 'is no address of this machine',
  ENOTFOUND: 'is no name that this machine can find',
}

/** Says what went wrong in the words of whoever has to mend it; undefined for what is a fault of Merlon itself. */
export function explain(error: unknown): Failure | undefined {
  if (error instanceof PolicyError || error instanceof OptionError || error instanceof UsageError)
    return { exitCode: 2, message: error.message }
  if (!(error instanceof Error)) return undefined
  const { code = '', address, port, hostname } = error as Error & NodeJS.ErrnoException & Listening
  const reason = REASONS[code]
  if (reason === undefined) return undefined
  const place = address ?? hostname ?? 'the address'
  return { exitCode: 1, message: `${place}${port === undefined ? '' : `:${port}`} ${reason}.` }
}

interface Listening {
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
}
