import { createRequire } from 'node:module'
import { Command, CommanderError } from 'commander'
import { checkCommand } from './check/command.ts'
import { diffCommand } from './diff/command.ts'
import { explain } from './failure.ts'
import { limitsCommand } from './limits/command.ts'
import { serveCommand } from './serve.ts'
import type { Terminal } from './terminal.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/**
 * Runs a command line to its end.
 *
 * @returns the exit code: 0; 2 where flags, options or the policy are wrong; 1 for anything else, such as findings
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const output = { writeOut: (text: string) => terminal.out.write(text), writeErr: terminal.err }
  const program = new Command('merlon').description('Harden an HTTP API by one policy').version(version)
  let exitCode = 0
  const end = (code: 0 | 1 | 2) => {
    exitCode = code
  }
  program.addCommand(serveCommand(terminal))
  program.addCommand(checkCommand(terminal, end))
  program.addCommand(diffCommand(terminal, end))
  program.addCommand(limitsCommand(terminal))
  for (const command of [program, ...program.commands.flatMap((each) => [each, ...each.commands])]) {
    const help = `${namesOf(command).join(' ')} --help`
    command.configureOutput(output).exitOverride().showHelpAfterError(`("${help}" shows what can be written.)`)
  }
  try {
    await program.parseAsync([...words], { from: 'user' })
    return exitCode
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

function namesOf(command: Command): string[] {
  return command.parent ? [...namesOf(command.parent), command.name()] : [command.name()]
}
