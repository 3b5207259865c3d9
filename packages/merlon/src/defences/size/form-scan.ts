import { isHex } from './json-bytes.ts'

export interface FormBounds {
  readonly maxDepth: number
  readonly maxKeys: number
  readonly prototypes: boolean
}

export type FormFault = 'depth' | 'keys' | 'prototype'

/** Longer than any word that is looked for. */
const LONGEST = 12

/**
 * Counts the fields of a form (`application/x-www-form-urlencoded`) while it arrives, and reads their names as far as
 * parsers do that build objects of them: `a[b][c]` and `a.b.c` are paths, so `a[__proto__][b]` is one to a prototype.
 */
export class FormScan {
  private readonly bounds: FormBounds
  private fields = 1
  private depth = 0
  private inName = true
  /** The part of the name that is being read, cut short, and the one before it. */
  private part = ''
  private before = ''
  /** Digits of `%5B` still to come, and what those before them came to. */
  private digits = 0
  private code = 0

  constructor(bounds: FormBounds) {
    this.bounds = bounds
  }

  push(chunk: Uint8Array): FormFault | undefined {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (byte === 0x26 || byte === 0x3d) {
        const fault = this.inName ? this.endPart() : undefined
        if (fault !== undefined) return fault
        this.inName = byte === 0x26
        if (!this.inName) continue
        if (++this.fields > this.bounds.maxKeys) return 'keys'
        this.depth = 0
        this.before = ''
        this.digits = 0
      } else if (this.inName) {
        const fault = this.nameByte(byte)
        if (fault !== undefined) return fault
      }
    }
    return undefined
  }

  end(): FormFault | undefined {
    return this.inName ? this.endPart() : undefined
  }

  private nameByte(byte: number): FormFault | undefined {
    if (this.digits > 0 && isHex(byte)) {
      this.code = this.code * 16 + Number.parseInt(String.fromCharCode(byte), 16)
      return --this.digits === 0 ? this.character(this.code) : undefined
    }
    // A percent sign that encodes nothing is part of the name.
    if (this.digits > 0) this.character(0x25)
    this.digits = byte === 0x25 ? 2 : 0
    this.code = 0
    return byte === 0x25 ? undefined : this.character(byte)
  }

  private character(code: number): FormFault | undefined {
    // [ ] .
    if (code === 0x5b || code === 0x5d || code === 0x2e) {
      if (code !== 0x5d && ++this.depth > this.bounds.maxDepth) return 'depth'
      return this.endPart()
    }
    if (this.part.length < LONGEST) this.part += String.fromCharCode(code)
    return undefined
  }

  private endPart(): FormFault | undefined {
    const { part, before } = this
    if (part === '') return undefined
    this.part = ''
    this.before = part
    if (!this.bounds.prototypes) return undefined
    return part === '__proto__' || (part === 'prototype' && before === 'constructor') ? 'prototype' : undefined
  }
}
