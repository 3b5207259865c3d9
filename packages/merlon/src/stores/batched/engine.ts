/** A server that decides: what runs there, and the little else that is asked of it. */
export interface Engine {
  /** As logs and errors call it. */
  readonly name: string
  /** Whether keys of one call have to share a tag. */
  readonly clustered: boolean
  /**
   * Runs the operations of one call in one step. Their form, and that of the reply, stands in spec/redis/head.lua.
   *
   * @returns the reply's text
   */
  run(keys: readonly string[], request: string): Promise<unknown>
  /** Connects where nobody has, and puts there what is run, where that is put somewhere. */
  open(): Promise<void>
  /** Forgets whatever is kept under keys that begin with this. */
  clear(prefix: string): Promise<void>
  /** Tells whoever listens, where the server has a way to; nobody relies on it. */
  publish(channel: string, message: string): Promise<unknown>
  /** Calls back with each message of a channel; gives what ends it. */
  listen(channel: string, heard: (message: string) => void): Promise<() => void>
}
