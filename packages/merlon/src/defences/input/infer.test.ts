import { expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import type { InputOf } from './infer.ts'
import type { InputOptions } from './options.ts'

const section = {
  params: z.object({ id: z.coerce.number() }),
  query: { use: z.object({ page: z.coerce.number().default(1) }), unknown: 'strip' },
  headers: { use: 'Version' },
  cookies: 'off',
} as const satisfies InputOptions

test('a section knows the types of what its handler finds', () => {
  expectTypeOf<InputOf<typeof section>>().toEqualTypeOf<{
    readonly params: { id: number }
    readonly query: { page: number }
    readonly headers: unknown
    readonly cookies: undefined
    readonly body: undefined
  }>()
})
