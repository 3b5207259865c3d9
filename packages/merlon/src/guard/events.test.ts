import { expect, test } from 'vitest'
import { Events, type Incident } from './events.ts'

const incident: Incident = {
  requestId: '1',
  code: 'rate-limited',
  status: 429,
  client: '192.0.2.1',
  method: 'GET',
  path: '/',
  route: '*',
}

test('a listener that throws is reported, and keeps nobody else from hearing', () => {
  const reported: unknown[] = []
  const heard: string[] = []
  const events = new Events((error) => reported.push(error))
  events.on('refused', () => {
    throw new Error('mine')
  })
  const off = events.on('refused', ({ code }) => heard.push(code))
  events.emit('refused', incident)
  off()
  events.emit('refused', incident)
  expect(heard).toEqual(['rate-limited'])
  expect(reported).toHaveLength(2)
})
