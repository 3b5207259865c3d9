import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { Server } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { type Block, slugOf } from './blocks.ts'
import { openService } from './commands.ts'
import { folderOf, RUN, writePolicy } from './policies.ts'
import type { Ports } from './ports.ts'

/** Where a module of the docs stands to be checked and run. */
export const fileOf = (block: Block): string => join(RUN, `${slugOf(block)}.${block.language}`)

export function writeModule(block: Block, ports: Ports): string {
  const file = fileOf(block)
  mkdirSync(RUN, { recursive: true })
  writeFileSync(file, `${ports.real(block.text)}\n`)
  return file
}

/**
 * Imports a module as its user's runtime would: servers listen on the loopback address alone, and a Worker runs in
 * workerd. Gives what stops it.
 */
export async function runModule(block: Block, policy: Block | undefined, ports: Ports): Promise<() => Promise<void>> {
  const file = writeModule(block, ports)
  if (isWorker(block)) return runWorker(file, Number(ports.real('8787')))
  const folder = folderOf(block)
  if (policy) writePolicy(policy, folder)
  if (block.text.includes("'@merlon/gateway'")) servers.push(await openService(Number(ports.real('3000'))))
  const restore = [...onLoopback(), standIn('Deno', deno), standIn('Bun', bun), inFolder(folder), inProduction()]
  try {
    const module = (await import(file)) as { readonly gateway?: { close(): Promise<void> } }
    if (module.gateway) servers.push(module.gateway)
  } finally {
    for (const each of restore) each()
  }
  return async () => {
    for (const server of servers.splice(0)) {
      if (server instanceof Server) await stop(server)
      else await server.close()
    }
  }
}

const servers: (Server | { close(): Promise<void> })[] = []

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    ;(server as { closeAllConnections?(): void }).closeAllConnections?.()
  })
}

/** A module that only exports its handler is for a runtime that calls it: workerd is the strictest of them. */
function isWorker({ text }: Block): boolean {
  return /^export default \{/m.test(text)
}

const source = (path: string) => fileURLToPath(new URL(`../../packages/merlon/src/${path}.ts`, import.meta.url))

async function runWorker(file: string, port: number): Promise<() => Promise<void>> {
  const bundle = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'browser'],
    alias: { 'merlon/fetch': source('fetch'), merlon: source('index') },
  })
  const miniflare = new Miniflare({
    modules: true,
    compatibilityDate: '2026-04-01',
    script: bundle.outputFiles[0]?.text ?? '',
    host: '127.0.0.1',
    port,
    bindings: { SHOP_ORIGIN: 'https://shop.example' },
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume()
      stderr.resume()
    },
  })
  await miniflare.ready
  return () => miniflare.dispose()
}

/** Examples name a port alone, as one does; here nobody else may reach them. */
function onLoopback(): readonly (() => void)[] {
  const { listen } = Server.prototype
  Server.prototype.listen = function (this: Server, port: unknown, ...rest: unknown[]) {
    servers.push(this)
    const callback = rest.find((each) => typeof each === 'function')
    return Reflect.apply(listen, this, callback ? [port, '127.0.0.1', callback] : [port, '127.0.0.1'])
  } as Server['listen']
  return [() => (Server.prototype.listen = listen)]
}

function standIn(name: string, value: unknown): () => void {
  const globals = globalThis as Record<string, unknown>
  globals[name] = value
  return () => delete globals[name]
}

function inFolder(folder: string): () => void {
  const before = process.cwd()
  process.chdir(folder)
  return () => process.chdir(before)
}

/** Vitest says `test`, and a user who says nothing is in production. */
function inProduction(): () => void {
  const { NODE_ENV } = process.env
  delete process.env['NODE_ENV']
  return () => (process.env['NODE_ENV'] = NODE_ENV)
}

type Answer = (request: Request, peer: string) => Response | Promise<Response>

const deno = {
  serve: (
    { port }: { port: number },
    handler: (request: Request, info: { remoteAddr: { hostname: string } }) => Response | Promise<Response>,
  ) => bridge(port, (request, hostname) => handler(request, { remoteAddr: { hostname } })),
}

const bun = {
  serve: ({ port, fetch }: { port: number; fetch(request: Request, server: object): Response | Promise<Response> }) =>
    bridge(port, (request, address) => fetch(request, { requestIP: () => ({ address }) })),
}

/** The fetch interface of such a runtime, on node:http. */
function bridge(port: number, answer: Answer): Server {
  return createServer(async (req, res) => {
    const response = await answer(toRequest(req), req.socket.remoteAddress ?? '')
    res.writeHead(response.status, [...response.headers].flat())
    res.end(new Uint8Array(await response.arrayBuffer()))
  }).listen(port)
}

function toRequest(req: IncomingMessage): Request {
  const { method = 'GET', url, headers } = req
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: Readable.toWeb(req), duplex: 'half' }
  const init = { method, headers: headers as Record<string, string>, ...body }
  return new Request(`http://${headers.host}${url}`, init as RequestInit)
}
