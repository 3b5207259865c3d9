import { type DescriptorSink, DescriptorSink as Sink } from '@merlon/gateway'

/** What a command has of the process around it. */
export interface Terminal {
  readonly out: Pick<DescriptorSink, 'write' | 'flush'>
  readonly err: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** How wide a line may be; undefined where nobody watches. */
  readonly columns?: number | undefined
  /** Whether what is printed may be coloured. */
  readonly colours?: boolean
  /** The next SIGTERM or SIGINT. */
  signal(): Promise<string>
  exit(code: number): void
}

export function processTerminal(): Terminal {
  return {
    out: new Sink(process.stdout.fd),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    columns: process.stdout.columns,
    colours: mayColour(process.stdout.isTTY, process.env),
    signal: () =>
      new Promise((resolve) => {
        for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name))
      }),
    exit: (code) => process.exit(code),
  }
}

/** Colours are for people: not for files and pipes, and not where they were refused (https://no-color.org). */
export function mayColour(isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}
