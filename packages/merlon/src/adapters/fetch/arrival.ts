/** What a reader meets whose body was not waited for any longer. It need not know: the guard answers in its place. */
export class BodyLate extends Error {
  constructor() {
    super('the body did not come in time')
    this.name = 'BodyLate'
  }
}

/** A request's body on its way to whoever reads it: it tells whether the client is waited for, and since when. */
export class Arrival {
  readonly stream: ReadableStream<Uint8Array>
  /** Somebody asked for more, and it has not come. */
  waits = false
  /** When somebody first asked. */
  askedMs = 0
  /** When the last of it came. */
  movedMs = 0
  #cut: () => void = () => {}

  constructor(body: ReadableStream<Uint8Array>, now: () => number) {
    const reader = body.getReader()
    let over = false
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.waits = true
      if (this.askedMs === 0) {
        this.askedMs = now()
        this.movedMs = this.askedMs
      }
      try {
        const { done, value } = await reader.read()
        if (over) return
        this.movedMs = now()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        if (!over) controller.error(error)
      } finally {
        this.waits = false
      }
    }
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#cut = () => {
            if (over) return
            over = true
            controller.error(new BodyLate())
            reader.cancel().catch(() => {})
          }
        },
        pull,
        cancel: (reason) => {
          over = true
          return reader.cancel(reason)
        },
      },
      // Nothing is asked of the client before somebody asks for it.
      { highWaterMark: 0 },
    )
  }

  /** Ends the reading in an error; an end would pass the part off as the whole. */
  cut(): void {
    this.#cut()
  }
}
