import type { BodyMeter, ContentEncoding } from '../../contract/body.ts'
import type { Facts } from '../../contract/facts.ts'
import type { Refusal } from '../../contract/verdict.ts'
import { FormScan } from './form-scan.ts'
import { JsonScan } from './json-scan.ts'
import type { Rules, Structure } from './rules.ts'

/** What a body says it is; `opaque` where its bytes cannot be read, as under a coding that was let pass unknown. */
export type BodyKind = 'json' | 'form' | 'other' | 'opaque'

/** Judges one body while it arrives. */
export class Meter implements BodyMeter {
  readonly encoding: ContentEncoding | undefined
  private rules: Rules
  private readonly facts: Facts
  private readonly kind: BodyKind
  private wireBytes = 0
  private decodedBytes = 0
  private begun = false
  private json: JsonScan | undefined
  private form: FormScan | undefined
  private refused: Refusal | undefined
  /** Where refusals are only told, one is enough. */
  private told = false

  constructor(rules: Rules, facts: Facts, kind: BodyKind, encoding: ContentEncoding | undefined) {
    this.rules = rules
    this.facts = facts
    this.kind = kind
    this.encoding = encoding
  }

  get received(): number {
    return this.wireBytes
  }

  wire(chunk: Uint8Array): Refusal | undefined {
    this.wireBytes += chunk.length
    this.refused ??= this.count(this.wireBytes) ?? (this.encoding === undefined ? this.content(chunk) : undefined)
    return this.refused
  }

  decoded(chunk: Uint8Array): Refusal | undefined {
    this.decodedBytes += chunk.length
    this.refused ??= this.count(this.decodedBytes) ?? this.content(chunk)
    return this.refused
  }

  /** Goes on by stricter rules: what is over them already is refused now. */
  tighten(rules: Rules): Refusal | undefined {
    this.rules = rules
    this.refused ??= this.count(Math.max(this.wireBytes, this.decodedBytes))
    return this.refused
  }

  end(): Refusal | undefined {
    this.refused ??= this.complete()
    return this.refused
  }

  private count(bytes: number): Refusal | undefined {
    const { maxBytes, ceilingBytes, tooLarge, overCeiling } = this.rules
    if (bytes <= maxBytes) return undefined
    return bytes > ceilingBytes ? overCeiling : this.report(tooLarge)
  }

  private content(chunk: Uint8Array): Refusal | undefined {
    const { structure } = this.rules
    if (structure === undefined || chunk.length === 0) return undefined
    if (!this.begun) this.begin(structure)
    const fault = this.json?.push(chunk)
    if (fault !== undefined) {
      this.json = undefined
      // What is not JSON and never said that it is concerns nobody.
      if (fault !== 'syntax' || this.kind === 'json') return this.report(structure.midway[fault])
    }
    const formFault = this.form?.push(chunk)
    return formFault && this.report(structure.midway[formFault])
  }

  private begin(structure: Structure): void {
    this.begun = true
    if (this.kind === 'opaque' || this.told) return
    this.json = new JsonScan(this.kind === 'json' ? structure.json : structure.anyType)
    if (this.kind === 'form') this.form = new FormScan(structure.form)
  }

  private complete(): Refusal | undefined {
    const { structure } = this.rules
    if (structure === undefined) return undefined
    const fault = (this.kind === 'json' ? this.json?.end() : undefined) ?? this.form?.end()
    return fault && this.report(structure.atEnd[fault])
  }

  private report(refusal: Refusal): Refusal | undefined {
    if (this.told) return undefined
    this.told = true
    this.json = undefined
    this.form = undefined
    return this.rules.report(this.facts, refusal)
  }
}
