import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { BodySource } from './format.ts'

/** The bytes that a body's description stands for. */
export function makeBytes(source: BodySource): Buffer {
  if (typeof source === 'string') return Buffer.from(source)
  if ('json' in source) return Buffer.from(JSON.stringify(source.json))
  if ('base64' in source) return Buffer.from(source.base64, 'base64')
  if ('repeat' in source) return Buffer.from(source.repeat.repeat(source.times))
  if ('concat' in source) return Buffer.concat(source.concat.map(makeBytes))
  if ('gzip' in source) return gzipSync(makeBytes(source.gzip))
  if ('deflate' in source) return deflateSync(makeBytes(source.deflate))
  return brotliCompressSync(makeBytes(source.br))
}

/** The bytes as a chunked body (RFC 9112 §7.1). */
export function chunked(bytes: Buffer, size: number): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size)
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
  }
  parts.push(Buffer.from('0\r\n\r\n'))
  return Buffer.concat(parts)
}
