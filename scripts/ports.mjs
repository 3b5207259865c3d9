// @ts-check
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * The wanted port, or 0 for any free one where that is taken: who listens then chooses, so that nobody comes between.
 * @param {string} host
 * @param {number} wanted
 * @param {string} who is told about in the message
 */
export async function portOrAny(host, wanted, who) {
  if (wanted === 0 || (await isFree(host, wanted))) return wanted
  console.log(`Port ${wanted} is taken, so ${who} gets another one`)
  return 0
}

/** @param {string} host @param {number} port */
async function isFree(host, port) {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
