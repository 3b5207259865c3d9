const TIME = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

const SIZE = [
  ['gb', 1024 ** 3],
  ['mb', 1024 ** 2],
  ['kb', 1024],
] as const

/** Milliseconds as a policy would write them: `15m`, in the largest unit that leaves nothing over. */
export function formatDuration(ms: number): string {
  return format(ms, TIME, 'ms')
}

/** Bytes as a policy would write them: `100kb`. */
export function formatBytes(bytes: number): string {
  return format(bytes, SIZE, 'b')
}

/** `5/15m` */
export function formatRate(quota: number, windowMs: number): string {
  return `${quota}/${formatDuration(windowMs)}`
}

function format(value: number, units: readonly (readonly [string, number])[], smallest: string): string {
  const [unit, one] = units.find(([, each]) => value >= each && value % each === 0) ?? [smallest, 1]
  return `${value / one}${unit}`
}
