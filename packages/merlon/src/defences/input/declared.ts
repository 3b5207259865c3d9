import type { Validator } from '../../contract/validator.ts'

interface Undeclared {
  onDeepUndeclaredKey?(behavior: 'delete'): unknown
}

/**
 * The schema so that it gives back what it declares and nothing else. Zod and Valibot do so by themselves; ArkType hands
 * on the very object that it was given unless it is told otherwise, and so every field that nobody has declared.
 */
export function declaredOnly(validator: Validator): Validator {
  const { onDeepUndeclaredKey } = validator as Undeclared
  if (validator['~standard'].vendor !== 'arktype' || typeof onDeepUndeclaredKey !== 'function') return validator
  return onDeepUndeclaredKey.call(validator, 'delete') as Validator
}
