import { type DescriptorSink, DescriptorSink as Sink } from '@merlon/gateway'

/** What a command has of the process around it. */
export interface Terminal {
  readonly out: Pick<DescriptorSink, 'write' | 'flush'>
  readonly err: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** The next SIGTERM or SIGINT. */
  signal(): Promise<string>
  exit(code: number): void
}

export function processTerminal(): Terminal {
  return {
    out: new Sink(process.stdout.fd),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    signal: () =>
      new Promise((resolve) => {
        for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name))
      }),
    exit: (code) => process.exit(code),
  }
}
