/** Longer names are not compared: the distance costs the product of both lengths, and a policy may be hostile. */
const LONGEST = 48

/**
 * Edit distance with transpositions (optimal string alignment): `orgiins` is two steps from `origins`, `oirgins` one.
 */
export function distance(from: string, to: string): number {
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let best = Math.min(num(last, j) + 1, num(row, j - 1) + 1, num(last, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, num(before, j - 2) + 1)
      }
      row.push(best)
    }
    before = last
    last = row
  }
  return num(last, to.length)
}

const num = (row: readonly number[], at: number): number => row[at] ?? Number.POSITIVE_INFINITY

/** Case and word marks are how the same name differs between libraries: `X-Frame-Options`, `xFrameOptions`. */
const bare = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** The known name that was probably meant; undefined where none is near enough to be said. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined
  const written = bare(name)
  if (written === '') return undefined
  let found: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const each of known) {
    if (each.length > LONGEST) continue
    const candidate = bare(each)
    const steps = distance(written, candidate)
    // A third of the longer word may be wrong; more than that is another word.
    if (steps < least && steps <= Math.floor(Math.max(written.length, candidate.length) / 3)) {
      least = steps
      found = each
    }
  }
  return found
}
