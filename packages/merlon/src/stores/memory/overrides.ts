import type { Override, Overrides } from '../../contract/counters.ts'

/** Overrides of this process. */
export class MemoryOverrides implements Overrides {
  readonly #all = new Map<string, Override>()
  readonly #watchers = new Set<(all: readonly Override[]) => void>()

  list(): readonly Override[] {
    return [...this.#all.values()]
  }

  set(override: Override): void {
    this.#all.set(override.principal, override)
    this.#tell()
  }

  remove(principal: string): void {
    if (this.#all.delete(principal)) this.#tell()
  }

  watch(changed: (all: readonly Override[]) => void): () => void {
    // A function that watches twice is two watchers, and each of them ends by itself.
    const watcher = (all: readonly Override[]) => changed(all)
    this.#watchers.add(watcher)
    changed(this.list())
    return () => {
      this.#watchers.delete(watcher)
    }
  }

  #tell(): void {
    const all = this.list()
    for (const watcher of this.#watchers) watcher(all)
  }
}
