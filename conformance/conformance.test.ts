import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCaseFiles, readText, settingOf } from './case-files.ts'
import { exceptionOf, type HostName, hostNames } from './format.ts'
import { expressHosts } from './hosts/express.ts'
import { openGateway } from './hosts/gateway.ts'
import type { Host } from './hosts/host.ts'
import { node } from './hosts/node.ts'
import { openWorkerd } from './hosts/workerd.ts'
import { play } from './play.ts'
import { renderTable } from './table.ts'

const PAGE = 'docs/conformance.md'

const files = loadCaseFiles()
const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const passed: Record<HostName, Set<string>> = {
  express5: new Set(),
  express4: new Set(),
  node: new Set(),
  workerd: new Set(),
  gateway: new Set(),
}

async function openHost(name: HostName): Promise<Host> {
  if (name === 'gateway') return openGateway()
  if (name === 'workerd') {
    return openWorkerd(files.flatMap((file) => file.content.cases.map((each) => settingOf(file, each))))
  }
  return [...expressHosts, node].find((host) => host.name === name) as Host
}

describe.each(hostNames)('%s', (name) => {
  let host: Host

  beforeAll(async () => {
    host = await openHost(name)
  })

  afterAll(() => host.close())

  for (const file of files) {
    const due = file.content.cases.filter((each) => exceptionOf(each, name) === undefined)
    if (due.length === 0) continue
    describe(file.path, () => {
      for (const each of due) {
        test(each.name, async () => {
          const setting = settingOf(file, each)
          const faults = await play(host, setting, each)
          if (faults.length > 0) expect.fail(faults.join('\n'))
          passed[name].add(setting.id)
        })
      }
    })
  }
})

describe('the page', () => {
  test('says what this run has found', () => {
    const found = renderTable(files, passed)
    mkdirSync(at('.run'), { recursive: true })
    const lists = Object.fromEntries(hostNames.map((host) => [host, [...passed[host]]]))
    writeFileSync(at('.run/conformance.json'), `${JSON.stringify(lists, undefined, 2)}\n`)
    if (process.env['UPDATE']) writeFileSync(at(PAGE), found)
    expect(readText(PAGE), 'UPDATE=1 npx vitest run conformance writes it').toBe(found)
  })
})
