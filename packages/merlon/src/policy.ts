import type { CanonicalPolicy } from './guard/expand/index.ts'
import type { PolicyChange } from './guard/explain/compare.ts'
import { comparePolicies as compare } from './guard/explain/compare.ts'
import { explanations } from './guard/explain/explanations.ts'
import { defences } from './guard/order.ts'

export type { ChecklistLine, Direction, Evidence } from './contract/explanation.ts'
export type { Finding } from './contract/finding.ts'
export { type CompiledPolicy, compilePolicy, verifyCompiled } from './guard/compiled.ts'
export type { CanonicalPolicy, CanonicalRoute } from './guard/expand/index.ts'
export type { ChecklistEntry } from './guard/explain/checklist.ts'
export { type Inspection, inspectPolicy, type PlacedFinding } from './guard/explain/inspect.ts'
export type { Policy } from './policy/define.ts'
export { canonicalJson } from './policy/jcs.ts'
export { type Mistake, PolicyError } from './policy/mistake.ts'
export { formatPath, type Path } from './policy/path.ts'
export type { PolicyChange }

/** What changes for whom from one canonical policy to the next: for all routes, then for each that either names. */
export function comparePolicies(before: CanonicalPolicy, after: CanonicalPolicy): readonly PolicyChange[] {
  return compare(before, after, defences, explanations)
}
