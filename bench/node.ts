import { compareKinds } from './express.ts'
import type { Result } from './harness/result.ts'

/** The same on node:http alone, where the server itself costs least and the guard shows most. */
export function run(): Promise<Result> {
  return compareKinds('node')
}
