import type { RequestListener } from 'node:http'
import express5, { type NextFunction, type Request, type Response } from 'express'
import express4 from 'express4'
import createError from 'http-errors'
import { merlon, problem } from 'merlon/express'
import { APP_HEADER, delayOf, type MakeProblem, parseOrder, recount, type Sight, thrownBy } from '../app.ts'
import type { AppOrder, HostName } from '../format.ts'
import type { Host } from './host.ts'
import {
  answerByNode,
  failLate,
  joined,
  openInProcess,
  prepareByNode,
  type Stage,
  splitTarget,
  stallByNode,
} from './in-process.ts'

/** Above every limit of the cases, so that it is the policy's that acts. */
const limit = '64mb'

type Parsed = Request & { text?: string }

export const expressHosts: readonly Host[] = [host('express5', express5, true), host('express4', express4, false)]

function host(name: HostName, express: typeof express5, catchesRejections: boolean): Host {
  return {
    name,
    open: (setting) => openInProcess(setting, (stage) => makeApp(express, catchesRejections, stage)),
    close: async () => {},
  }
}

function makeApp(express: typeof express5, catchesRejections: boolean, stage: Stage): RequestListener {
  const guard = merlon(stage.policy, stage.options)
  const keepText = (req: Parsed, _res: unknown, bytes: Buffer) => {
    req.text = bytes.toString()
  }
  const app = express()
  app.use(guard)
  app.use(express.json({ limit, verify: keepText }))
  app.use(express.urlencoded({ extended: false, limit, verify: keepText }))
  app.use(express.text({ type: () => true, limit, verify: keepText }))
  const act = (res: Response, order: AppOrder, sight: Sight) => {
    const thrown = thrownBy(order, problem as MakeProblem, createError)
    if (order.stall) return stallByNode(res)
    if (!thrown && order.throw !== 'late') return answerByNode(res, order, sight)
    if (thrown && order.throw !== 'reject') throw thrown[0]
    return thrown ? Promise.reject(thrown[0]) : failLate(res, order)
  }
  app.use((req: Parsed, res: Response, next: NextFunction) => {
    const sight = look(req)
    stage.see(sight)
    const order = parseOrder(req.get(APP_HEADER))
    prepareByNode(res, order, () => req.merlon.nonce)
    recount(order, req.merlon.limits)
    const acting = delayOf(order)?.then(() => act(res, order, sight)) ?? act(res, order, sight)
    return catchesRejections ? acting : acting?.catch(next)
  })
  app.use(guard.errors)
  return app
}

function look(req: Parsed): Sight {
  const { client, requestId, secure, body, input, principal = null } = req.merlon
  const text = body ? new TextDecoder().decode(body.bytes) : (req.text ?? '')
  const json = typeof req.body === 'object' && req.body !== null && text !== '' ? req.body : null
  return {
    method: req.method,
    ...splitTarget(req.url),
    headers: joined(req.headers),
    text,
    json,
    input,
    principal,
    client: client.address,
    requestId,
    secure,
  }
}
