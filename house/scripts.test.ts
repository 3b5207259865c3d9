import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { portOrAny } from '../scripts/ports.mjs'
import { missingPackages, nodeIsNewEnough } from '../scripts/setup.mjs'
import { count } from '../scripts/tally.mjs'

describe('set-up', () => {
  test.each([
    ['18.20.0', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['22.1.0', true],
  ])('Node %s is new enough: %s', (version, enough) => {
    expect(nodeIsNewEnough(version)).toBe(enough)
  })

  const lock = {
    packages: {
      '': {},
      'node_modules/one': { version: '1.0.0' },
      'node_modules/other-system': { version: '1.0.0', optional: true },
    },
  }

  test('on a fresh machine everything is missing', () => {
    expect(missingPackages(lock, undefined)).toEqual(['node_modules/one'])
  })

  test('a package in another version is missing, one for another system is not', () => {
    expect(missingPackages(lock, { packages: { 'node_modules/one': { version: '1.0.0' } } })).toEqual([])
    expect(missingPackages(lock, { packages: { 'node_modules/one': { version: '0.9.0' } } })).toEqual([
      'node_modules/one',
    ])
  })
})

describe('the tally', () => {
  const file = (...statuses: string[]) => ({
    status: statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status) => ({ status })),
  })

  test('counts tests', () => {
    const report = { testResults: [file('passed', 'failed'), file('passed')] }
    expect(count(report, 1)).toEqual({ passed: 2, failed: 1 })
  })

  test('a file that cannot be loaded is a failure', () => {
    const report = { testResults: [file('passed'), { status: 'failed', assertionResults: [] }] }
    expect(count(report, 1)).toEqual({ passed: 1, failed: 1 })
  })

  test('a run that ends badly is a failure, whatever its report says', () => {
    expect(count({ testResults: [file('passed')] }, 1)).toEqual({ passed: 1, failed: 1 })
    expect(count(undefined, 1)).toEqual({ passed: 0, failed: 1 })
  })
})

test('a port that is taken is not asked for', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await portOrAny('127.0.0.1', port, 'the test')).toBe(0)
  server.close()
  await once(server, 'close')
  expect(await portOrAny('127.0.0.1', port, 'the test')).toBe(port)
})
