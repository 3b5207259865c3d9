/**
 * What a gateway says of the client: `Forwarded` (RFC 7239) and the older `X-Forwarded-…`, one hop each, since what came
 * from outside is not passed on; and `Via`, which a gateway must send (RFC 9110 §7.6.3) and does not answer with, as
 * clients need not know what stands here. The text is kept for the next request of the connection.
 */
export class ForwardedHeaders {
  #address = ''
  #secure = false
  #host: string | undefined
  #list: readonly string[] = []

  /**
   * Appends them to a flat list.
   *
   * @param address canonical text of the client's address; empty where none is known
   * @param host the client's Host header; undefined for HTTP/1.0 without one
   * @param version the version that the client spoke, `1.1`
   */
  write(
    list: string[],
    address: string,
    secure: boolean,
    host: string | undefined,
    version: string,
    requestId: string,
  ): void {
    if (this.#list.length === 0 || address !== this.#address || secure !== this.#secure || host !== this.#host) {
      this.#address = address
      this.#secure = secure
      this.#host = host
      this.#list = describeClient(address, secure, host)
    }
    for (const text of this.#list) list.push(text)
    list.push('X-Request-Id', requestId, 'Via', version === '1.1' ? '1.1 merlon' : `${version} merlon`)
  }
}

function describeClient(address: string, secure: boolean, host: string | undefined): string[] {
  const list: string[] = []
  const proto = secure ? 'https' : 'http'
  const node = address === '' ? 'unknown' : address.includes(':') ? `"[${address}]"` : address
  if (address !== '') list.push('X-Forwarded-For', address)
  list.push('X-Forwarded-Proto', proto)
  if (host === undefined) {
    list.push('Forwarded', `for=${node};proto=${proto}`)
  } else {
    // Quoted: a host with a port is no token (RFC 7239 §4). It holds neither quotes nor backslashes.
    list.push('X-Forwarded-Host', host, 'X-Forwarded-Port', portOf(host) ?? (secure ? '443' : '80'))
    list.push('Forwarded', `for=${node};host="${host}";proto=${proto}`)
  }
  return list
}

function portOf(host: string): string | undefined {
  const colon = host.lastIndexOf(':')
  return colon < 0 || host.endsWith(']') || colon === host.length - 1 ? undefined : host.slice(colon + 1)
}
