// @ts-check
// `npm start`: the sample API and Merlon's gateway in front of it, from nothing but Node and npm.
// `npm start -- --upstream http://host:port --policy file`: the gateway in front of your own API.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { introduction } from './introduction.mjs'
import { portOrAny } from './ports.mjs'
import { launch, stopAll, untilAnswers, untilSays } from './processes.mjs'
import { root, setUpOr } from './setup.mjs'

const HOST = '127.0.0.1'
const USAGE = `npm start                                             the sample API behind Merlon
npm start -- --upstream http://host:port --policy file  your own API behind Merlon

  --upstream URL      the API to protect; without it the sample API is started
  --policy FILE       the policy; for your own API the hardened defaults where none is given
  --port N            where the gateway listens (8080)
  --admin-port N      where its admin answers (9090)
  --api-port N        where the sample API listens (4000)`

const { values } = readArguments()
const sample = values.upstream === undefined
// npm runs this in the repository; files are named from where the user is.
const here = process.env['INIT_CWD'] ?? process.cwd()

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => void end(signal))

// npm hands a signal on to the shell that this runs in, and many shells die of it without a word to their child.
const shell = process.ppid
if (process.env['npm_lifecycle_event'] === 'start') {
  setInterval(() => process.ppid === shell || void end('SIGTERM'), 250).unref()
}

setUpOr(() => process.exit(1))
mkdirSync(join(root, '.run'), { recursive: true })

const logs = ['.run/gateway.log']
const direct = sample ? await startBookshop() : new URL(/** @type {string} */ (values.upstream))
const { guarded, admin, policy } = await startGateway()
console.log(introduction({ direct, guarded, admin }, { sample, policy, logs }))

/** @param {NodeJS.Signals} signal */
async function end(signal) {
  await stopAll(signal)
  process.exit(0)
}

async function startBookshop() {
  const port = await portOrAny(HOST, Number(values['api-port']), 'the sample API')
  console.log('Starting the sample API')
  logs.unshift('.run/bookshop.log')
  const child = launch('bookshop', [join(root, 'examples/bookshop/server.js')], { HOST, PORT: String(port) })
  const [, url = ''] = await untilSays(child, /^bookshop: (http:\S+)$/m)
  await untilAnswers(child, new URL('/health', url))
  return new URL(url)
}

async function startGateway() {
  const port = await portOrAny(HOST, Number(values.port), 'the gateway')
  const adminPort = await portOrAny(HOST, Number(values['admin-port']), 'the admin')
  const policy = policyFile()
  console.log("Starting Merlon's gateway in front of it")
  const child = launch('gateway', [
    join(root, 'packages/cli/dist/bin.js'),
    'serve',
    ...['--policy', policy],
    ...['--upstream', direct.origin],
    ...['--listen', `${HOST}:${port}`],
    ...['--admin', `${HOST}:${adminPort}`],
  ])
  const [line] = await untilSays(child, /^\{"event":"listening".*\}$/m)
  const { address, admin } = JSON.parse(line)
  await untilAnswers(child, new URL('/readyz', admin))
  const named = values.policy !== undefined || sample ? relative(here, policy) : 'the hardened defaults'
  return { guarded: new URL(address), admin: new URL(admin), policy: named }
}

function policyFile() {
  if (values.policy !== undefined) return resolve(here, values.policy)
  if (sample) return join(root, 'examples/bookshop/merlon.yaml')
  const file = join(root, '.run/defaults.yaml')
  writeFileSync(file, '# No policy was given: nothing is written, so the hardened defaults apply.\n{}\n')
  return file
}

function readArguments() {
  try {
    const parsed = parseArgs({
      options: {
        upstream: { type: 'string' },
        policy: { type: 'string' },
        port: { type: 'string', default: '8080' },
        'admin-port': { type: 'string', default: '9090' },
        'api-port': { type: 'string', default: '4000' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (!parsed.values.help) return parsed
    console.log(USAGE)
    process.exit(0)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exit(1)
  }
}
