import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DescriptorSink } from './descriptor-sink.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'merlon-sink-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('writes all lines in their order, and flush waits for them', async () => {
  const file = join(folder, 'log')
  const fd = openSync(file, 'w')
  const sink = new DescriptorSink(fd)
  let expected = ''
  for (let at = 0; at < 2000; at++) {
    const line = `line ${at} ü\n`
    expected += line
    sink.write(line)
  }
  await sink.flush()
  expect(readFileSync(file, 'utf8')).toBe(expected)
  await sink.flush()
  closeSync(fd)
})

test('drops what a reader does not take, counts it, and goes on', async () => {
  const reader = spawn('sh', ['-c', `sleep 0.3; cat > ${folder}/out`], { stdio: ['pipe', 'ignore', 'ignore'] })
  const pipe = (reader.stdin as unknown as { _handle: { fd: number } })._handle.fd
  const sink = new DescriptorSink(pipe)
  const line = `${'x'.repeat(99_999)}\n`
  for (let at = 0; at < 200; at++) sink.write(line)
  await sink.flush()
  sink.write('last\n')
  await sink.flush()
  reader.stdin.end()
  await once(reader, 'exit')
  const lines = readFileSync(join(folder, 'out'), 'utf8').trimEnd().split('\n')
  const dropped = lines.flatMap((each) => (each.startsWith('{') ? [JSON.parse(each) as { lines: number }] : []))
  expect(lines.at(-1)).toBe('last')
  expect(dropped.length).toBeGreaterThan(0)
  expect(lines.filter((each) => each.startsWith('x')).length + dropped.reduce((sum, each) => sum + each.lines, 0)).toBe(
    200,
  )
})

test('a reader that is gone stops nothing', async () => {
  const reader = spawn('true', [], { stdio: ['pipe', 'ignore', 'ignore'] })
  const pipe = (reader.stdin as unknown as { _handle: { fd: number } })._handle.fd
  reader.stdin.on('error', () => {})
  const sink = new DescriptorSink(pipe)
  await once(reader, 'exit')
  sink.write('a\n')
  await sink.flush()
  sink.write('b\n')
  await sink.flush()
})
