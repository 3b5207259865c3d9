import express, { type RequestHandler } from 'express'
import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { merlon } from '../../express.ts'
import type { RequestView } from '../../guard/view.ts'
import { recorder } from '../node/server.fixture.ts'

const NewUser = z.object({ name: z.string(), born: z.coerce.date() })
interface User {
  name: string
  born: Date
}
const Id = z.object({ id: z.coerce.number() })
const Page = z.object({ page: z.coerce.number() })
const Tenant = z.object({ 'x-tenant': z.string() })

const guard = merlon({}, { log: recorder().log, env: {}, code: { Named: NewUser } })
const app = express()
const other: RequestHandler = (_req, _res, next) => next()

describe('the handler after an inline route', () => {
  test('knows what its schemas make', () => {
    app.post(
      '/users/:id',
      guard.route({ input: { body: NewUser, params: Id, query: { use: Page, unknown: 'strip' }, headers: Tenant } }),
      (req, res) => {
        expectTypeOf(req.merlon.input.body).toEqualTypeOf<User>()
        expectTypeOf(req.merlon.input.params).toEqualTypeOf<{ id: number }>()
        expectTypeOf(req.merlon.input.query).toEqualTypeOf<{ page: number }>()
        expectTypeOf(req.merlon.input.headers).toEqualTypeOf<{ 'x-tenant': string }>()
        expectTypeOf(req.merlon.input.cookies).toBeUnknown()
        expectTypeOf(req.body).toEqualTypeOf<User>()
        res.json(req.get('x-tenant'))
      },
    )
    express
      .Router()
      .route('/books/:id')
      .post(guard.route({ input: { body: NewUser } }), (req) => {
        expectTypeOf(req.merlon.input.body).toEqualTypeOf<User>()
      })
  })

  test('has its own types of what has no schema', () => {
    app.post('/books/:id', guard.route({ input: { body: NewUser }, limits: '10/1m' }), (req) => {
      expectTypeOf(req.body).toEqualTypeOf<User>()
      expectTypeOf(req.params).toEqualTypeOf<{ id: string }>()
      expectTypeOf(req.merlon.input.params).toBeUnknown()
    })
    app.post('/books/:id', guard.route({ limits: '10/1m' }), (req) => {
      expectTypeOf(req.body).toBeAny()
      expectTypeOf(req.params).toEqualTypeOf<{ id: string }>()
      expectTypeOf(req.merlon).toEqualTypeOf<RequestView>()
      expectTypeOf(req.merlon.input.body).toBeUnknown()
    })
  })

  test('knows nothing of what is only observed, or stands by name', () => {
    app.post('/observed', guard.route({ input: { mode: 'observe', body: NewUser } }), (req) => {
      expectTypeOf(req.body).toBeAny()
      expectTypeOf(req.merlon.input.body).toBeUnknown()
    })
    app.post('/named', guard.route({ input: { body: { use: 'Named' } } }), (req) => {
      expectTypeOf(req.merlon.input.body).toBeUnknown()
    })
  })

  test('is let by beside handlers of other types', () => {
    app.post('/beside', other, express.json(), guard.route({ input: { body: NewUser } }), other)
    app.get('/beside/:id', guard.route({ input: { params: Id, query: Page } }), other)
    app.get('/beside/:id', other, guard.route({ input: { params: Id, query: Page } }), other)
    app.use(guard.route({ input: { query: Page } }))
    app.use('/mounted', guard.route({ input: { query: Page } }), express.Router())
    app.get('/none', (req) => {
      expectTypeOf(req.merlon.input.body).toBeUnknown()
    })
  })
})

test('a handler that is given to the inline route knows them beside any other', () => {
  app.post(
    '/users/:id',
    other,
    guard.route({ input: { body: NewUser, params: Id, query: Page, headers: Tenant } }, (req, res) => {
      expectTypeOf(req.query).toEqualTypeOf<{ page: number }>()
      expectTypeOf(req.merlon.input.body).toEqualTypeOf<User>()
      expectTypeOf(req.merlon.input.headers).toEqualTypeOf<{ 'x-tenant': string }>()
      expectTypeOf(req.body).toEqualTypeOf<User>()
      expectTypeOf(req.params).toEqualTypeOf<{ id: number }>()
      res.json(req.get('x-tenant'))
    }),
  )
  app.post(
    '/books',
    guard.route({ limits: '10/1m' }, (req, res) => {
      expectTypeOf(req.merlon.input.body).toBeUnknown()
      res.json(req.params['id'])
    }),
  )
})

test('what an inline route cannot hold is no type of it', () => {
  // @ts-expect-error a slip of the pen
  expect(() => guard.route({ input: { boby: NewUser } })).toThrow('input.boby')
  // @ts-expect-error another
  expect(() => guard.route({ limit: '10/1m' })).toThrow('did you mean')
  // @ts-expect-error no schema
  expect(() => guard.route({ input: { body: { name: 'text' } } })).toThrow('a schema')
})
