import type { Terminal } from './terminal.ts'

/** A terminal of a test: what was printed, and signals to send. */
export interface FakeTerminal extends Terminal {
  out: Terminal['out'] & { text: string }
  errors: string
  exited: number | undefined
  send(signal: string): void
  /** The line of stdout with this event. */
  line(event: string): Promise<Record<string, unknown>>
}

export function fakeTerminal(): FakeTerminal {
  let waiting: ((signal: string) => void)[] = []
  let wake: () => void = () => {}
  const fake: FakeTerminal = {
    out: {
      text: '',
      write: (text) => {
        fake.out.text += text
        wake()
      },
      flush: () => Promise.resolve(),
    },
    errors: '',
    err: (text) => {
      fake.errors += text
    },
    env: {},
    exited: undefined,
    exit: (code) => {
      fake.exited = code
    },
    signal: () => new Promise((resolve) => waiting.push(resolve)),
    send: (signal) => {
      for (const each of waiting.splice(0)) each(signal)
    },
    line: async (event) => {
      for (;;) {
        const found = fake.out.text.split('\n').find((line) => line.includes(`"event":"${event}"`))
        if (found !== undefined) return JSON.parse(found) as Record<string, unknown>
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
  waiting = []
  return fake
}
