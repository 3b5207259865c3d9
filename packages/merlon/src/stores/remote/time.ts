/** The clock and the timers of a process; injected, so that no test has to wait. */
export interface Time {
  /** Monotonic milliseconds. It goes on while the process is stopped. */
  now(): number
  /** Calls back once, unless the function that it gives is called before; keeps no process alive. */
  timer(ms: number, call: () => void): () => void
  /** Calls back once whatever has arrived already has been read. */
  turn(call: () => void): void
  /** From 0 up to 1; so that processes that lost their store together do not ask for it together. */
  random(): number
}

/** Of any runtime. */
export const systemTime: Time = {
  now: () => performance.now(),
  timer(ms, call) {
    const timer: { unref?(): void } | number = setTimeout(call, ms)
    if (typeof timer === 'object') timer.unref?.()
    return () => clearTimeout(timer as never)
  },
  turn(call) {
    // Node's own comes right after its loop has read from all sockets that have something.
    if (typeof setImmediate === 'function') setImmediate(call)
    else setTimeout(call, 0)
  },
  random: () => Math.random(),
}
