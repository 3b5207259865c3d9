import type { FetchFacts } from './facts.ts'

/** Hands the body on and tells when it has gone out; where nobody wants to hear of that, it stays as it is. */
export function untilOver(
  body: ReadableStream<Uint8Array> | null,
  facts: FetchFacts,
): ReadableStream<Uint8Array> | null {
  if (body === null || !facts.isAwaited) {
    facts.over()
    return body
  }
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          facts.over()
          controller.close()
        } catch (error) {
          facts.over()
          controller.error(error)
        }
      },
      cancel(reason) {
        facts.over()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
