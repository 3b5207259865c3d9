// @ts-check
import { createBookshop } from './app.js'

const { HOST: host = '127.0.0.1', PORT: port = '4000' } = process.env

const server = createBookshop().listen(Number(port), host, (error) => {
  if (error) {
    console.error(`bookshop: cannot listen on ${host}:${port}: ${error.message}`)
    process.exit(1)
  }
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(`bookshop: http://${host}:${address.port}`)
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}
