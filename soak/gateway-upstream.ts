import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The service behind the gateway in soak runs, as a process of its own. */
const small = JSON.stringify({ books: Array.from({ length: 8 }, (_, at) => ({ id: at, title: `Book ${at}` })) })
const large = Buffer.alloc(200_000, 'x')

const server = createServer((req, res) => {
  req.on('error', () => {})
  if (req.url?.startsWith('/large')) {
    res.writeHead(200, ['Content-Length', String(large.length)])
    res.end(large)
  } else if (req.url?.startsWith('/chunks')) {
    res.write('first')
    setImmediate(() => res.end('last'))
  } else if (req.url?.startsWith('/broken')) {
    res.writeHead(200, ['Content-Length', '1000'])
    res.write('part')
    setImmediate(() => res.destroy())
  } else {
    req.resume()
    req.on('end', () => {
      res.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(small.length)])
      res.end(small)
    })
  }
})
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
