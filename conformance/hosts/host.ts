import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LogLine, Sight } from '../app.ts'
import type { HostName, Pair } from '../format.ts'

/** What a host needs to know of a case. */
export interface Setting {
  /** Unique in the run. */
  readonly id: string
  readonly policy: object
  readonly env: Readonly<Record<string, string>>
}

/** A guard of its own, listening, with the app under test behind it. */
export interface Running {
  readonly port: number
  /** What the app saw since the last call. */
  takeSights(): Promise<readonly Sight[]>
  /** What the guard has logged so far. */
  logged(): Promise<readonly LogLine[]>
  close(): Promise<void>
}

export interface Host {
  readonly name: HostName
  open(setting: Setting): Promise<Running>
  /** Headers that this host's way in needs on a request. */
  extra?(setting: Setting, from: string): readonly Pair[]
  /** Names, in lower case, that what stands before this host writes itself, over whatever a client sends. */
  readonly hidden?: readonly string[]
  close(): Promise<void>
}

export async function listen(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

export function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
