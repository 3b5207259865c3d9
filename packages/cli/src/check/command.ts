import { Command, Option } from 'commander'
import { PolicyError } from 'merlon/policy'
import { findPolicyFile } from '../policy-file.ts'
import { inspectFile, type Sound } from '../read-policy.ts'
import type { Terminal } from '../terminal.ts'
import { writeCompiled } from './compile.ts'
import { type CheckReport, mistakesReport, reportOf, type Severity } from './report.ts'
import { printReport } from './text.ts'

interface CheckFlags {
  readonly env: string
  readonly failOn: Severity
  readonly json?: boolean
  readonly print?: boolean
  readonly compile?: string
}

export function checkCommand(terminal: Terminal, end: (code: 0 | 1 | 2) => void): Command {
  return new Command('check')
    .description('read a policy: what it meets of the checklist, what is weak in it, and what to write')
    .argument('[policy]', 'the policy, as YAML or JSON (default: merlon.yaml, merlon.yml or merlon.json here)')
    .option('--env <name>', 'the environment whose settings are looked at; mistakes are found in all', 'production')
    .addOption(
      new Option('--fail-on <severity>', 'from which severity on the exit status is 1')
        .choices(['critical', 'warning', 'note'])
        .default('critical'),
    )
    .addOption(new Option('--json', 'print the report as JSON').conflicts(['print', 'compile']))
    .addOption(new Option('--print', 'print the canonical policy instead').conflicts('compile'))
    .option('--compile <file>', 'write the canonical policy with its digest instead, for hosts that read no other')
    .action(async (named: string | undefined, flags: CheckFlags) => {
      const file = findPolicyFile(named)
      if (flags.print || flags.compile !== undefined) {
        const { canonical } = inspectFile(file, flags.env)
        if (flags.print) terminal.out.write(`${JSON.stringify(canonical, null, 2)}\n`)
        else terminal.out.write(await writeCompiled(canonical, flags.compile ?? '', file))
        return
      }
      const report = flags.json ? readReport(file, flags) : reportOf(file, inspectFile(file, flags.env), flags.failOn)
      if (flags.json) terminal.out.write(`${JSON.stringify(report, null, 2)}\n`)
      else terminal.out.write(printReport(report, terminal))
      end(EXIT[report.status])
    })
}

const EXIT = { passed: 0, failed: 1, mistakes: 2 } as const

/** What reads JSON gets JSON, mistakes too. */
function readReport(file: string, { env, failOn }: CheckFlags): CheckReport {
  let sound: Sound
  try {
    sound = inspectFile(file, env)
  } catch (error) {
    if (error instanceof PolicyError) return mistakesReport(file, env, failOn, error.mistakes)
    throw error
  }
  return reportOf(file, sound, failOn)
}
