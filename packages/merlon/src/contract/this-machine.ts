const ADDRESS = /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/i
const HOST = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/** Whether an address is this machine's own. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && (address === '127.0.0.1' || ADDRESS.test(address))
}

/**
 * Whether a Host header names this machine itself. Who asks through a tunnel or a proxy asks for another name, and so
 * does a page whose name was made to lead here (DNS rebinding).
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && HOST.test(host)
}
