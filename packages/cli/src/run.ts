import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { explain } from './failure.ts'
import { serveCommand } from './serve.ts'
import type { Terminal } from './terminal.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/**
 * Runs a command line to its end.
 *
 * @returns the exit code: 0; 2 where flags, options or the policy are wrong; 1 for anything else
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const output = { writeOut: (text: string) => terminal.out.write(text), writeErr: terminal.err }
  const program = new Command('merlon').description('Harden an HTTP API by one policy').version(version)
  program.addCommand(serveCommand(terminal))
  for (const command of [program, ...program.commands]) {
    command
      .configureOutput(output)
      .exitOverride()
      .showHelpAfterError('("merlon serve --help" shows what can be written.)')
  }
  try {
    await program.parseAsync([...words], { from: 'user' })
    return 0
  } catch (error) {
    // commander has said what is wrong with the flags; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const failure = explain(error)
    if (failure === undefined) throw error
    terminal.err(`merlon: ${failure.message}\n`)
    return failure.exitCode
  } finally {
    await terminal.out.flush()
  }
}
