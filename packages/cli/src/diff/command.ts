import { Command, Option } from 'commander'
import { comparePolicies, type Direction } from 'merlon/policy'
import { inspectFile } from '../read-policy.ts'
import type { Terminal } from '../terminal.ts'
import { type DiffReport, printDiff } from './text.ts'

/** From which change on the exit status is 1: `other` is what can be neither proved tighter nor looser. */
type FailOn = 'any' | 'other' | 'looser'

interface DiffFlags {
  readonly env: string
  readonly failOn: FailOn
  readonly json?: boolean
}

const FAILING: Readonly<Record<FailOn, readonly Direction[]>> = {
  any: ['looser', 'other', 'tighter'],
  other: ['looser', 'other'],
  looser: ['looser'],
}

export function diffCommand(terminal: Terminal, end: (code: 0 | 1) => void): Command {
  return new Command('diff')
    .description('say in words what changes for which route from one policy to another')
    .argument('<old>', 'the policy as it was')
    .argument('<new>', 'the policy as it will be')
    .option('--env <name>', 'the environment whose settings are compared', 'production')
    .addOption(
      new Option('--fail-on <change>', 'which changes make the exit status 1')
        .choices(['any', 'other', 'looser'])
        .default('any'),
    )
    .option('--json', 'print the changes as JSON')
    .action((before: string, after: string, { env, failOn, json }: DiffFlags) => {
      const [old, now] = [inspectFile(before, env), inspectFile(after, env)]
      const changes = comparePolicies(old.canonical, now.canonical)
      const report: DiffReport = { version: 1, old: before, new: after, environment: env, failOn, changes }
      terminal.out.write(json ? `${JSON.stringify(report, null, 2)}\n` : printDiff(report, terminal))
      end(changes.some(({ direction }) => FAILING[failOn].includes(direction)) ? 1 : 0)
    })
}
