// The part of Deno and Bun that the docs touch; neither is needed to check and run them.

interface DenoInfo {
  readonly remoteAddr: { readonly hostname: string }
}

declare const Deno: {
  serve(
    options: { readonly port?: number; readonly hostname?: string },
    handler: (request: Request, info: DenoInfo) => Response | Promise<Response>,
  ): unknown
  readonly env: { toObject(): Record<string, string> }
  readTextFileSync(path: string): string
}

interface BunServer {
  requestIP(request: Request): { readonly address: string } | null
}

declare const Bun: {
  serve(options: {
    readonly port?: number
    readonly hostname?: string
    readonly fetch: (request: Request, server: BunServer) => Response | Promise<Response>
  }): unknown
}
