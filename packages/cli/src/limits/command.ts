import { Command } from 'commander'
import type { Standing } from 'merlon'
import { parseDuration } from '../duration.ts'
import { printable } from '../print/lines.ts'
import type { Terminal } from '../terminal.ts'
import { ask, type Desk } from './ask.ts'
import { bansText, durationText, standingsText, topText } from './text.ts'
import { TOKEN_FILE } from './token-file.ts'

interface Flags {
  readonly admin: string
  readonly adminToken: string
  readonly json?: boolean
  readonly for?: number
}

const CLIENT = 'an address, 203.0.113.7, or a principal, principal:user:42'

/** `merlon limits`: what operators ask of a running gateway. */
export function limitsCommand(terminal: Terminal): Command {
  const limits = new Command('limits').description('show, reset and ban clients of a running gateway')
  const print = (flags: Flags, answer: unknown, text: string) =>
    terminal.out.write(flags.json ? `${JSON.stringify(answer, null, 2)}\n` : text)
  const add = (name: string, description: string) => {
    const command = limits.command(name).description(description)
    return command
      .option('--admin <origin>', 'where the gateway listens to its operators', 'http://127.0.0.1:9090')
      .option('--admin-token <file>', 'the file with the token for it', TOKEN_FILE)
      .option('--json', 'print the answer as JSON')
  }
  const deskOf = ({ admin, adminToken }: Flags): Desk => ({ admin, token: adminToken })

  add('show', 'how a client stands in each limit')
    .argument('<client>', CLIENT)
    .action(async (client: string, flags: Flags) => {
      const found = await ask(deskOf(flags), 'GET', '/limits', { client })
      print(flags, found, standingsText(client, found as Standing[]))
    })
  add('reset', 'forget what a client owes, bans included')
    .argument('<client>', CLIENT)
    .action(async (client: string, flags: Flags) => {
      print(
        flags,
        await ask(deskOf(flags), 'DELETE', '/limits', { client }),
        `${printable(client)} owes nothing any more.\n`,
      )
    })
  add('ban', 'refuse all that a client asks, for a time')
    .argument('<client>', CLIENT)
    .requiredOption('--for <duration>', 'how long, such as 1h', parseDuration)
    .action(async (client: string, flags: Flags) => {
      const ms = flags.for as number
      const answer = await ask(deskOf(flags), 'PUT', '/bans', { client, for: String(ms) })
      print(flags, answer, `${printable(client)} is banned for ${durationText(ms)}.\n`)
    })
  add('unban', 'lift a ban')
    .argument('<client>', CLIENT)
    .action(async (client: string, flags: Flags) => {
      print(
        flags,
        await ask(deskOf(flags), 'DELETE', '/bans', { client }),
        `${printable(client)} is not banned any more.\n`,
      )
    })
  add('bans', 'who is banned').action(async (flags: Flags) => {
    const found = await ask(deskOf(flags), 'GET', '/bans', {})
    print(flags, found, bansText(found as Parameters<typeof bansText>[0], Date.now()))
  })
  add('top', 'who was refused most often since the gateway started').action(async (flags: Flags) => {
    const found = await ask(deskOf(flags), 'GET', '/top', {})
    print(flags, found, topText(found as Parameters<typeof topText>[0]))
  })
  return limits
}
