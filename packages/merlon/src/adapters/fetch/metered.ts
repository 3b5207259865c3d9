import type { BodyMeter } from '../../contract/body.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'

const NOT_COUNTED =
  'this runtime ignores transformers of streams, so bodies cannot be counted; set compatibility_date to 2022-11-30 or later'

/** What a reader of a refused body meets. It need not know: the guard answers in its place. */
export class BodyRefused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`the body was refused: ${refusal.code}`)
    this.name = 'BodyRefused'
    this.refusal = refusal
  }
}

/** The body as a stream that is counted while it is read, and decompressed where the client has compressed it. */
export function metered(
  body: ReadableStream<Uint8Array>,
  meter: BodyMeter,
  onRefusal: (refusal: Refusal) => void,
): ReadableStream<Uint8Array> {
  const { encoding } = meter
  if (!encoding) {
    return body.pipeThrough(
      counter(
        (chunk) => meter.wire(chunk),
        () => meter.end(),
        onRefusal,
      ),
    )
  }
  const wire = body.pipeThrough(
    counter(
      (chunk) => meter.wire(chunk),
      () => undefined,
      onRefusal,
    ),
  )
  const inflated = wire.pipeThrough(
    new DecompressionStream(encoding as CompressionFormat) as TransformStream<Uint8Array, Uint8Array>,
  )
  const malformed = refuse('body-malformed', { detail: `The body is not valid ${encoding}.` })
  return translated(inflated, malformed, onRefusal).pipeThrough(
    counter(
      (chunk) => meter.decoded(chunk),
      () => meter.end(),
      onRefusal,
    ),
  )
}

function counter(
  count: (chunk: Uint8Array) => Refusal | undefined,
  end: () => Refusal | undefined,
  onRefusal: (refusal: Refusal) => void,
): TransformStream<Uint8Array, Uint8Array> {
  const stop = (refusal: Refusal | undefined, controller: TransformStreamDefaultController) => {
    if (!refusal) return false
    onRefusal(refusal)
    controller.error(new BodyRefused(refusal))
    return true
  }
  let ours = false
  const stream = new TransformStream<Uint8Array, Uint8Array>({
    start() {
      ours = true
    },
    transform(chunk, controller) {
      if (!stop(count(chunk), controller)) controller.enqueue(chunk)
    },
    flush(controller) {
      stop(end(), controller)
    },
  })
  // Workers with an older date pass everything through, whatever they are given here: nothing would be counted.
  if (!ours) throw new Error(NOT_COUNTED)
  return stream
}

/** Errors of the decompressor as a refusal; one that was refused before it keeps its reason. */
function translated(
  stream: ReadableStream<Uint8Array>,
  malformed: Refusal,
  onRefusal: (refusal: Refusal) => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (error) {
        if (error instanceof BodyRefused) return controller.error(error)
        onRefusal(malformed)
        controller.error(new BodyRefused(malformed))
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
