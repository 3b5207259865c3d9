import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { root } from './tree.ts'

test('with the commands installed, the bin of the library finds them', () => {
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/merlon/bin/merlon.mjs', '--help'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([0, expect.stringContaining('serve')])
})
