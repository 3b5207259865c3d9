import { expandPolicy } from '../packages/merlon/src/guard/expand/index.ts'
import { presets } from '../packages/merlon/src/guard/expand/presets.generated.ts'
import { same } from '../packages/merlon/src/guard/expand/tree.ts'
import { defences } from '../packages/merlon/src/guard/order.ts'
import { definePolicy } from '../packages/merlon/src/policy/define.ts'

type Sections = Readonly<Record<string, unknown>>

export interface SectionDefaults {
  /** The sections on which all presets agree. */
  readonly common: Sections
  /** The others, by preset. */
  readonly presets: Readonly<Record<string, Sections>>
}

/** The canonical sections of a policy that writes none. */
export function sectionDefaults(): SectionDefaults {
  const all = Object.fromEntries(Object.keys(presets).map((preset) => [preset, sectionsOf(preset)]))
  const [first = {}, ...others] = Object.values(all)
  const agreed = (name: string) => others.every((other) => same(first[name], other[name]))
  const pick = (sections: Sections, wanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(sections).filter(([name]) => wanted(name)))
  return {
    common: pick(first, agreed),
    presets: Object.fromEntries(
      Object.entries(all).map(([preset, sections]) => [preset, pick(sections, (name) => !agreed(name))]),
    ),
  }
}

function sectionsOf(preset: string): Sections {
  const { canonical } = expandPolicy(definePolicy({ preset }), { environment: 'production', defences })
  if (canonical === undefined) throw new Error(`the preset ${preset} has mistakes`)
  return Object.fromEntries(defences.map(({ name }) => [name, canonical[name]]))
}
