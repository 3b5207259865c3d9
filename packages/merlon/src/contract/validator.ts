import type { MaybePromise } from './verdict.ts'

/**
 * A schema as Standard Schema v1 has it (https://standardschema.dev), which Zod 4, Valibot 1, ArkType 2 and others
 * speak. Written out here, so that nobody has to install a package for a type.
 */
export interface Validator<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    /** `zod` */
    readonly vendor: string
    readonly validate: (value: unknown) => MaybePromise<Validated<Output>>
    /** Never there at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** A value as the schema gives it, or what is wrong with it: all at once. */
export type Validated<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] }

export interface Issue {
  /** In the words of the library, which may hold the value. */
  readonly message: string
  /** Keys that lead to what is wrong, from the value on; left out for the value itself. */
  readonly path?: Iterable<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** What a validator makes of its input. */
export type OutputOf<V extends Validator> = NonNullable<V['~standard']['types']>['output']

/** Some libraries' schemas are functions with properties. */
export function isValidator(value: unknown): value is Validator {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { readonly '~standard'?: unknown })['~standard'] as Partial<Validator['~standard']> | null
  return typeof standard === 'object' && standard?.version === 1 && typeof standard.validate === 'function'
}
