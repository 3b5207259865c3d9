import type { Served } from './served.ts'

export async function stopAll(servers: Readonly<Record<string, Served>>): Promise<void> {
  await Promise.all(Object.values(servers).map((server) => server.stop()))
}
