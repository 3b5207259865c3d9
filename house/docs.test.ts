import { createServer } from 'node:http'
import type { NodeGuard } from 'merlon/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostgres, type PostgresServer } from '../scripts/postgres.ts'
import { openRedis, type RedisServers } from '../scripts/redis.ts'
import {
  type Block,
  blocksOf,
  FOREIGN,
  isModule,
  isPolicy,
  LANGUAGES,
  pages,
  type Scene,
  scenesOf,
} from './docs/blocks.ts'
import { runServe, serveIn, wrongCommand } from './docs/commands.ts'
import { patternOf, play } from './docs/console.ts'
import { fileOf, runModule, writeModule } from './docs/modules.ts'
import { buildPolicy, findingsOf, folderOf, marksOf } from './docs/policies.ts'
import { Ports } from './docs/ports.ts'
import { typeErrors } from './docs/type-check.ts'
import { read } from './tree.ts'

/** The commands of `npm start` need all that it starts: examples/start.test.ts runs them. */
const isOfStart = ({ page, text }: Block) => page === 'README.md' && /^\$ for at in /m.test(text)

const blocks = pages.flatMap((page) => blocksOf(page)).filter((block) => !isOfStart(block))
const scenes = pages.flatMap((page) => scenesOf(blocksOf(page).filter((block) => !isOfStart(block))))
const placeOf = ({ page, line }: Block) => `${page}:${line}`
const placed = (scene: Scene) => [placeOf(scene.subject), scene] as const

/** `size: 1mb` between words, or in a table; where something is left out (`…`), nothing can be tried. */
const SETTING =
  /(?<!`)`((?:client|transport|versions|limits|load|size|input|cors|headers|errors|preset|routes): [^`…]+)`(?!`)/g

let ports: Ports
let redis: RedisServers
let postgres: PostgresServer
const write = process.stderr.write

beforeAll(async () => {
  ports = await Ports.open()
  redis = await openRedis(Number(ports.real('6379')))
  postgres = await openPostgres(Number(ports.real('5432')))
  process.env['MERLON_SECRET'] = 'rqgYmTUrvBTKqYjJ8bmI6LbDJqSPlsiZ1j+G2hjPtl0='
  // Guards of the docs write to stderr, as they do for their users.
  process.stderr.write = () => true
})

afterAll(async () => {
  process.stderr.write = write
  await redis.stop()
  await postgres.stop()
})

describe('no block is left untested', () => {
  test('each is of a kind that is run', () => {
    const known = (page: string) => (page.startsWith('docs/migrate/') ? [...LANGUAGES, ...FOREIGN] : LANGUAGES)
    const unknown = blocks.filter(({ page, language }) => !(known(page) as readonly string[]).includes(language))
    expect(unknown.map(placeOf)).toEqual([])
  })

  test('each command and each output has something above it that is run', () => {
    const shown = new Set(scenes.flatMap((scene) => scene.shown.map(placeOf)))
    const outputs = blocks.filter(({ language }) => language === 'console' || language === 'text')
    expect(outputs.map(placeOf).filter((place) => !shown.has(place))).toEqual([])
  })

  test('each line to type is one that works here', () => {
    const typed = blocks.filter(({ language }) => language === 'sh')
    const wrong = typed.flatMap((block) =>
      block.text.split('\n').flatMap((line) => {
        const found = wrongCommand(line)
        return found ? [`${placeOf(block)}: ${line}: ${found}`] : []
      }),
    )
    expect(wrong).toEqual([])
  })
})

describe('modules', () => {
  const modules = blocks.filter(isModule)
  let errors: ReadonlyMap<string, readonly string[]>

  beforeAll(() => {
    errors = typeErrors(modules.map((block) => writeModule(block, ports)))
  })

  test.each(modules.map((block) => [placeOf(block), block] as const))('%s is type-checked', (_, block) => {
    expect(errors.get(fileOf(block))).toEqual([])
  })

  test.each(scenes.filter(({ subject }) => isModule(subject)).map(placed))('%s runs', async (_, scene) => {
    const stop = await runModule(scene.subject, scene.policy, ports)
    try {
      await playAll(scene)
    } finally {
      await stop()
    }
  })
})

describe('policies', () => {
  test.each(scenes.filter(({ subject }) => isPolicy(subject)).map(placed))('%s', async (_, scene) => {
    const { subject, shown } = scene
    const { wrong, findings } = marksOf(subject)
    const built = buildPolicy(subject)
    const message = shown.find(({ language }) => language === 'text')
    if (wrong.length > 0 || message) {
      expect(built).toBeTypeOf('string')
      for (const each of wrong) expect(built).toContain(each)
      if (message) expect(`${String(built).trimEnd()}\n`).toMatch(patternOf(message.text))
      return
    }
    if (typeof built === 'string') throw new Error(built)
    expect(findingsOf(subject)).toEqual(findings)
    const stop = await openServer(built)
    try {
      await playAll(scene)
    } finally {
      await stop()
    }
  })
})

test('every setting in running text can stand in a policy', () => {
  const settings = pages.flatMap((page) =>
    Array.from(read(page).matchAll(SETTING), ([, text = '']): Block => ({ page, line: 0, language: 'yaml', text })),
  )
  const wrong = settings.flatMap((block) => {
    const built = buildPolicy(block)
    return typeof built === 'string' ? [`${block.page}: ${block.text}: ${built}`] : []
  })
  expect(settings.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})

describe('the gateway', () => {
  test.each(scenes.filter(({ subject }) => serveIn(subject)).map(placed))('%s', async (_, scene) => {
    const stop = await runServe(scene.subject, scene.policy, ports)
    try {
      await playAll(scene)
    } finally {
      await stop()
    }
  })
})

async function playAll({ subject, shown }: Scene): Promise<void> {
  for (const block of shown.filter(({ language }) => language === 'console')) {
    for (const [{ prints }, printed] of await play(block, ports, folderOf(subject)))
      expect(`${printed}\n`).toMatch(patternOf(prints))
  }
}

/** What stands behind a policy of the docs: it reads the body and says what it got. */
async function openServer(guard: NodeGuard): Promise<() => Promise<void>> {
  const server = createServer(
    guard.listener(async (req, res) => {
      let bytes = 0
      for await (const chunk of req) bytes += (chunk as Uint8Array).length
      const { client, route } = req.merlon
      res.end(`${req.method} ${req.url}, ${bytes} bytes from ${client.address} under ${route}\n`)
    }),
  )
  await new Promise<void>((resolve) => server.listen(Number(ports.real('3000')), '127.0.0.1', resolve))
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
