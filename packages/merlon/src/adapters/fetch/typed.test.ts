import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { type FetchHandler, merlon } from '../../fetch.ts'
import type { RequestView } from '../../guard/view.ts'
import { recorder } from '../node/server.fixture.ts'

const NewUser = z.object({ name: z.string() })
const guard = merlon({}, { log: recorder().log, env: {} })

test('the handler of an inline route knows what its schemas make', () => {
  const handler = guard.route({ input: { body: NewUser } }, async (request, env: { readonly name: string }) => {
    const input = guard.of(request)?.input
    expectTypeOf(input?.body).toEqualTypeOf<{ name: string } | undefined>()
    expectTypeOf(input?.query).toBeUnknown()
    return new Response(env.name)
  })
  expectTypeOf(handler).toEqualTypeOf<FetchHandler<[env: { readonly name: string }]>>()
  const plain = (request: Request) => {
    expectTypeOf(guard.of(request)).toEqualTypeOf<RequestView | undefined>()
    return new Response()
  }
  guard.fetch(guard.route({ input: { body: NewUser } }, plain))
  guard.fetch(guard.route({ limits: '10/1m' }, () => new Response()))
})
