import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { BodyMeter, ContentEncoding } from '../../contract/body.ts'
import { type Refusal, refuse } from '../../contract/verdict.ts'
import { DECOMPRESS, type Decompressor } from './decompress.ts'
import { together } from './together.ts'

/** How much of a refused body is read and dropped before the socket is left alone. */
const DROPPED_BYTES = 65_536

/** What a reader of a refused body meets. It need not know: the guard has answered in its place. */
const CUT = 'the body was refused, and has no end'

/**
 * Stands between the parser and whoever reads the request's body. Every chunk is counted before a reader sees it,
 * whichever reader that is (express.json, multer, a pipe): that is why it sits on `push`, which the parser calls, and
 * not on the events, which a reader could miss. A compressed body is decompressed here, so that what was counted and
 * what is read are the same bytes.
 */
export class BodyGate {
  readonly #req: IncomingMessage
  /** The request's as node made it, whoever has put one of his own before it. */
  readonly #push: IncomingMessage['push']
  readonly #onRefusal: (refusal: Refusal) => void
  #meter: BodyMeter | undefined
  readonly #opened: BodyMeter[] = []
  /** Chunks that came while the verdict was still out; null is the end. */
  #held: (Uint8Array | null)[] | undefined
  #inflate: Decompressor | undefined
  /** Chunks that are kept back until all of the body is there. */
  #kept: Uint8Array[] | undefined
  #onWhole: ((bytes: Uint8Array) => void) | undefined
  /** The end has been passed on. */
  #over = false
  #shut = false
  #cut = false
  #dropped = 0
  #onComplete: (() => void) | undefined
  readonly #now: () => number
  /** When the last of the body came, its end included; the request's beginning before anything has. */
  movedMs: number

  constructor(req: IncomingMessage, now: () => number, startedMs: number, onRefusal: (refusal: Refusal) => void) {
    this.#now = now
    this.movedMs = startedMs
    this.#req = req
    this.#push = Object.getPrototypeOf(req).push
    this.#onRefusal = onRefusal
    req.push = (chunk: Uint8Array | null) => this.#take(chunk)
  }

  /** Whether it is the client that is waited for: all that has come was taken, and more has to come. */
  get waits(): boolean {
    const { complete, readableLength } = this.#req
    return !complete && readableLength === 0 && this.#held === undefined && !this.#shut
  }

  /** Keeps what comes until the verdict is there: a store was asked. */
  hold(): void {
    this.#held = []
  }

  /** From here on what comes is counted and passed on. */
  open(meter: BodyMeter): void {
    const first = this.#meter
    if (!this.#opened.includes(meter)) {
      this.#opened.push(meter)
      this.#meter = first ? together(first, meter) : meter
      if (!first && meter.encoding) this.#arm(meter.encoding)
    }
    this.release()
    if (!first && this.#req.readableLength > 0) this.#catchUp(meter)
  }

  /**
   * Gives the whole body, counted and decompressed, and passes it on only then: whoever reads it afterwards finds it as
   * if nobody had. At once where it is there; never where it is refused.
   */
  peek(done: (bytes: Uint8Array) => void): void {
    const req = this.#req
    const early: Uint8Array | null = req.readableLength > 0 ? req.read() : null
    if (this.#over || (req.complete && !this.#inflate)) {
      // Its end has been announced, and stays so: what is put back is read before it.
      if (early) req.unshift(early)
      done(early ?? new Uint8Array(0))
      return
    }
    this.#kept = early ? [early] : []
    this.#onWhole = done
  }

  /** Passes on what came while the verdict was out. */
  release(): void {
    const held = this.#held
    this.#held = undefined
    for (const chunk of held ?? []) this.#take(chunk)
  }

  /** The guard was put behind something slow, and node has buffered a part: it is counted now. */
  #catchUp(meter: BodyMeter): void {
    const early: Uint8Array = this.#req.read()
    if (!this.#inflate) {
      const refusal = meter.wire(early) ?? (this.#req.complete ? meter.end() : undefined)
      if (refusal) this.#refuse(refusal)
      else this.#req.unshift(early)
    } else if (this.#req.complete) {
      // Its end has been announced: what comes out of the decompressor could not be handed on any more.
      this.#refuse(
        refuse('unsupported-encoding', {
          reason: 'put the guard first: a compressed body came in before it',
          close: true,
        }),
      )
    } else {
      this.#take(early)
    }
  }

  /** What comes is dropped: the request was refused before anybody read its body. */
  shut(): void {
    this.#shut = true
    this.#held = undefined
    this.#inflate?.destroy()
  }

  /**
   * The same, where somebody may be reading. An end would pass the part off as the whole, and a handler would act on it
   * after its client was told that it does not; so reading ends in an error. The socket has an answer to carry and is
   * left alone.
   */
  cut(): void {
    this.shut()
    if (this.#cut) return
    this.#cut = true
    const req = this.#req
    // As node does it: without a listener the error would take the process down.
    req._destroy = (error, done) => done(req.listenerCount('error') > 0 ? error : null)
    req.destroy(new Error(CUT))
  }

  /** Calls back when the rest of a refused body has come. */
  onComplete(done: () => void): void {
    this.#onComplete = done
  }

  #take(chunk: Uint8Array | null): boolean {
    this.movedMs = this.#now()
    if (this.#shut) return this.#drop(chunk)
    if (this.#held) {
      this.#held.push(chunk)
      return chunk === null || this.#held.length < 16
    }
    const meter = this.#meter
    if (!meter) return this.#pass(chunk)
    if (chunk === null) {
      if (this.#inflate) {
        this.#inflate.end()
        return true
      }
      const refusal = meter.end()
      return refusal ? this.#refuse(refusal) : this.#pass(null)
    }
    const refusal = meter.wire(chunk)
    if (refusal) return this.#refuse(refusal)
    if (!this.#inflate) return this.#pass(chunk)
    // While all is kept, nobody reads, and so nobody would ask for more.
    return this.#inflate.write(chunk) || this.#kept !== undefined
  }

  /** Little is read in vain. */
  #drop(chunk: Uint8Array | null): boolean {
    if (chunk !== null) {
      this.#dropped += chunk.length
      return this.#dropped < DROPPED_BYTES
    }
    this.#onComplete?.()
    return this.#cut || this.#pass(null)
  }

  #pass(chunk: Uint8Array | null): boolean {
    if (chunk === null) this.#over = true
    const kept = this.#kept
    if (kept !== undefined) {
      if (chunk !== null) {
        kept.push(chunk)
        return true
      }
      this.#kept = undefined
      for (const each of kept) this.#push.call(this.#req, each)
      this.#push.call(this.#req, null)
      this.#onWhole?.(Buffer.concat(kept))
      return false
    }
    return this.#push.call(this.#req, chunk)
  }

  #refuse(refusal: Refusal): boolean {
    this.cut()
    this.#onRefusal(refusal)
    return false
  }

  #arm(encoding: ContentEncoding): void {
    const { headers } = this.#req
    // What follows sees a plain body of unknown length.
    delete headers['content-encoding']
    delete headers['content-length']
    headers['transfer-encoding'] = 'chunked'
    const inflate = DECOMPRESS[encoding]()
    this.#inflate = inflate
    inflate.on('data', (chunk: Uint8Array) => {
      if (this.#shut) return
      const refusal = this.#meter?.decoded(chunk)
      if (refusal) this.#refuse(refusal)
      else if (!this.#pass(chunk)) inflate.pause()
    })
    inflate.on('end', () => {
      if (this.#shut) return
      const refusal = this.#meter?.end()
      if (refusal) this.#refuse(refusal)
      else this.#pass(null)
    })
    inflate.on('error', () => {
      if (!this.#shut)
        this.#refuse(refuse('body-malformed', { detail: `The body is not valid ${encoding}.`, close: true }))
    })
    // The reader asks for more: first of what is decompressed already, then of what the socket has.
    const read = this.#req._read.bind(this.#req)
    this.#req._read = (size) => {
      if (inflate.isPaused()) inflate.resume()
      if (!inflate.writableNeedDrain) read(size)
      else inflate.once('drain', () => read(size))
    }
  }
}

/** Whether a request has a body at all (RFC 9112 §6). */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
