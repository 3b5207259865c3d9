/** What the routes of a guard have in common, by the store in which they count. */
const shared = new WeakMap<object, Map<string, unknown>>()

/** Made by the first route that needs it. */
export function sharedBy<T>(owner: object, key: string, make: () => T): T {
  let all = shared.get(owner)
  if (all === undefined) {
    all = new Map()
    shared.set(owner, all)
  }
  if (!all.has(key)) all.set(key, make())
  return all.get(key) as T
}
