import { describe, expect, test } from 'vitest'
import { forwarded, stepOf, xff } from './build.fixture.ts'

const PROXY = '10.0.0.1'
const behind = stepOf({ proxies: ['10.0.0.0/24', '2001:db8:ffff::/48'] })
const behindForwarded = stepOf({ proxies: ['10.0.0.0/24'], header: 'forwarded' })
const said = (...values: string[]) => behind({ peer: PROXY, headers: xff(...values) })
const told = (...values: string[]) => behindForwarded({ peer: PROXY, headers: forwarded(...values) })

describe('headers of a megabyte', () => {
  const MEGABYTE = 1 << 20
  /** Quadratic work would take minutes. */
  const quickly = (work: () => unknown) => {
    const start = performance.now()
    work()
    expect(performance.now() - start).toBeLessThan(1000)
  }

  test.each([
    ['commas', ','.repeat(MEGABYTE)],
    ['quotes', '"'.repeat(MEGABYTE)],
    ['backslashes and quotes', '\\"'.repeat(MEGABYTE / 2)],
    ['backslashes', `"${'\\'.repeat(MEGABYTE)}"`],
    ['blanks', ' '.repeat(MEGABYTE)],
    ['blanks and commas', ' ,'.repeat(MEGABYTE / 2)],
    ['semicolons', ';'.repeat(MEGABYTE)],
    ['pairs', 'a=b;'.repeat(MEGABYTE / 4)],
    ['equals', '='.repeat(MEGABYTE)],
    ['underscores', '_'.repeat(MEGABYTE)],
    ['colons', ':'.repeat(MEGABYTE)],
    ['addresses of proxies', '10.0.0.9,'.repeat(MEGABYTE / 9)],
    ['hosts', '198.51.100.1,'.repeat(MEGABYTE / 13)],
  ])('of %s take no more than their length', (_, value) => {
    quickly(() => said(value))
    quickly(() => said(`${value}, 198.51.100.1`))
    quickly(() => told(value))
    quickly(() => told(`for="${value}"`))
    quickly(() => told(`${value}, for=198.51.100.1`))
    quickly(() => behind({ peer: PROXY, headers: [['X-Forwarded-Proto', value]] }))
  })
})
