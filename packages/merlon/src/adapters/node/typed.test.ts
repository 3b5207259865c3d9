import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { merlon, type NodeHandler } from '../../node.ts'
import { recorder } from './server.fixture.ts'

const NewUser = z.object({ name: z.string() })
const guard = merlon({}, { log: recorder().log, env: {} })

test('the handler of an inline route knows what its schemas make', () => {
  const handler = guard.route({ input: { body: NewUser } }, (req, res) => {
    expectTypeOf(req.merlon.input.body).toEqualTypeOf<{ name: string }>()
    expectTypeOf(req.merlon.input.query).toBeUnknown()
    res.end(req.url)
  })
  expectTypeOf(handler).toEqualTypeOf<NodeHandler>()
  const plain: NodeHandler = (_req, res) => res.end()
  guard.route({ input: { body: NewUser } }, plain)
  guard.route({ limits: '10/1m' }, (req) => expectTypeOf(req.merlon.input.body).toBeUnknown())
})
