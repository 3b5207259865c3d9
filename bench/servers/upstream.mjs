// @ts-check
// What stands behind the gateways.
import { createServer } from 'node:http'
import { listen } from './listen.mjs'
import { BOOK } from './protection.mjs'

const body = JSON.stringify(BOOK)
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) }

listen(
  createServer((_req, res) => {
    res.writeHead(200, headers)
    res.end(body)
  }),
)
