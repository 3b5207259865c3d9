import type { BodyMeter } from '../../contract/body.ts'

/** Two that count one body; the second finds it decompressed already. */
export function together(first: BodyMeter, second: BodyMeter): BodyMeter {
  const { encoding } = first
  return {
    encoding,
    get received() {
      return first.received
    },
    wire: (chunk) => first.wire(chunk) ?? (encoding === undefined ? second.wire(chunk) : undefined),
    decoded: (chunk) => first.decoded(chunk) ?? second.wire(chunk),
    end: () => first.end() ?? second.end(),
  }
}
