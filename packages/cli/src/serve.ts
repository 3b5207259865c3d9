import { type Gateway, type LogSink, serve } from '@merlon/gateway'
import { Command, Option } from 'commander'
import { readPolicy } from 'merlon/file'
import { parseDuration } from './duration.ts'
import { openRedis } from './limits/redis.ts'
import { TOKEN_FILE, usableTokenFile } from './limits/token-file.ts'
import type { Terminal } from './terminal.ts'

interface ServeFlags {
  readonly policy?: string
  readonly upstream: string
  readonly listen: string
  readonly admin: string
  readonly adminToken: string
  readonly redis?: string
  readonly hostHeader: 'client' | 'upstream'
  readonly accessLog: 'on' | 'off'
  readonly headerTimeout?: number
  readonly bodyTimeout: number
  readonly upstreamTimeout: number
  readonly drain: number
}

/** A duration's flag, with its default shown as it would be written. */
function durationFlag(flags: string, description: string, initial: string): Option {
  return new Option(flags, description).argParser(parseDuration).default(parseDuration(initial), initial)
}

export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('put a policy in front of a service: a reverse proxy that hardens it')
    .requiredOption('--upstream <origin>', 'the service to protect, such as http://127.0.0.1:4000')
    .option('--policy <file>', 'the policy, as YAML or JSON (default: none, and its defaults are a hardened API)')
    .option('--listen <address:port>', 'where to take requests; port 0 takes a free one', '127.0.0.1:8080')
    .option(
      '--admin <address:port>',
      'where /healthz, /readyz, /metrics and limits for operators answer; "off" for nowhere',
      '127.0.0.1:9090',
    )
    .option('--admin-token <file>', 'the token for merlon limits, made where there is none; "off" for none', TOKEN_FILE)
    .option('--redis <url>', 'where limits count, together with other processes: redis://… (install ioredis beside it)')
    .addOption(
      new Option('--host-header <whose>', 'whose Host header the service sees')
        .choices(['client', 'upstream'])
        .default('client'),
    )
    .addOption(
      new Option('--access-log <switch>', 'a line of JSON on stdout for each request')
        .choices(['on', 'off'])
        .default('on'),
    )
    .addOption(
      new Option(
        '--header-timeout <duration>',
        'for the headers of a request to be complete (default: deadline.headers of the policy, 10s)',
      ).argParser(parseDuration),
    )
    .addOption(durationFlag('--body-timeout <duration>', 'without any byte of the body of a request', '15s'))
    .addOption(durationFlag('--upstream-timeout <duration>', 'for the service to begin its answer, or go on', '30s'))
    .addOption(durationFlag('--drain <duration>', 'for requests in flight to finish after SIGTERM or SIGINT', '30s'))
    .action(async (flags: ServeFlags) => {
      const gateway = await open(flags, terminal)
      await untilStopped(gateway, terminal)
    })
}

/** @returns the gateway, whose end is that of its store's connection too */
async function open(flags: ServeFlags, terminal: Terminal): Promise<Gateway> {
  const { out, env } = terminal
  const policy = flags.policy === undefined ? {} : readPolicy(flags.policy)
  if (flags.policy === undefined) say(out, { event: 'policy', message: 'no --policy was given: the defaults apply' })
  const adminToken = usableTokenFile(flags.adminToken)
  if (adminToken === false && flags.adminToken !== 'off') {
    say(out, {
      event: 'admin-token',
      message: `no token can be made in ${TOKEN_FILE}: limits are not shown to operators`,
    })
  }
  const store = flags.redis === undefined ? undefined : await openRedis(flags.redis)
  const gateway = await serve({
    ...(store && { counters: store.counters }),
    adminToken,
    policy,
    env,
    upstream: flags.upstream,
    listen: flags.listen,
    admin: flags.admin === 'off' ? false : flags.admin,
    hostHeader: flags.hostHeader,
    accessLog: flags.accessLog === 'on' ? out : false,
    timeouts: {
      ...(flags.headerTimeout !== undefined && { headersMs: flags.headerTimeout }),
      bodyIdleMs: flags.bodyTimeout,
      upstreamIdleMs: flags.upstreamTimeout,
      drainMs: flags.drain,
    },
  })
  say(out, { event: 'listening', address: gateway.address, admin: gateway.adminAddress })
  if (store === undefined) return gateway
  const close = () => gateway.close().finally(store.close)
  return { ...gateway, close }
}

/** The first signal drains; a second one does not wait. */
async function untilStopped(gateway: Gateway, terminal: Terminal): Promise<void> {
  const signal = await terminal.signal()
  say(terminal.out, { event: 'draining', signal })
  const first = await Promise.race([gateway.close().then(() => 'closed'), terminal.signal().then(() => 'signal')])
  say(terminal.out, { event: first === 'closed' ? 'closed' : 'stopped' })
  await terminal.out.flush()
  if (first === 'signal') terminal.exit(1)
}

function say(out: LogSink, line: object): void {
  out.write(`${JSON.stringify(line)}\n`)
}
