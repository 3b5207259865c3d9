// @ts-check
/**
 * Listens on a free port, tells it to the bench, and answers what the bench asks of this process.
 * @param {import('node:http').Server} server
 */
export function listen(server) {
  // Connections wait for their turn, some before their first request.
  server.keepAliveTimeout = 600_000
  server.headersTimeout = 0
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.({ port: typeof address === 'object' ? address?.port : undefined })
  })
  tell()
}

/** Answers `usage` with processor time and memory, and ends with the bench. */
export function tell() {
  process.on('disconnect', () => process.exit())
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() })
  })
}
