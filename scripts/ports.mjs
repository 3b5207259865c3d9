// @ts-check
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * The wanted port, or any free one where that is taken; 0 asks for any.
 * @param {string} host
 * @param {number} wanted
 * @param {string} who is told about in the message
 */
export async function freePort(host, wanted, who) {
  const found = (await tryPort(host, wanted)) ?? (await tryPort(host, 0))
  if (found === undefined) throw new Error(`There is no free port on ${host} for ${who}`)
  if (wanted !== 0 && found !== wanted) console.log(`Port ${wanted} is taken, so ${who} gets ${found}`)
  return found
}

/** @param {string} host @param {number} port */
async function tryPort(host, port) {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch {
    return undefined
  }
  const { port: found } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await once(server, 'close')
  return found
}
