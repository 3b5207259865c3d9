import { afterEach, describe, expect, test, vi } from 'vitest'
import type { BodyMeter } from '../../contract/body.ts'
import { metered } from './metered.ts'

afterEach(() => vi.unstubAllGlobals())

const meter: BodyMeter = {
  received: 0,
  encoding: undefined,
  wire: () => undefined,
  decoded: () => undefined,
  end: () => undefined,
}

const body = () => new Response('hello').body as ReadableStream<Uint8Array>

describe('a body that is counted while it is read', () => {
  test('arrives as it was sent', async () => {
    expect(await new Response(metered(body(), meter, () => {})).text()).toBe('hello')
  })

  test('is not handed on where the runtime would not count it, as Workers of old dates do not', () => {
    const { TransformStream: Real } = globalThis
    vi.stubGlobal(
      'TransformStream',
      class {
        constructor() {
          Object.assign(this, new Real())
        }
      },
    )
    expect(() => metered(body(), meter, () => {})).toThrow('compatibility_date')
  })
})
