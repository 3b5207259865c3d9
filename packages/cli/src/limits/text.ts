import type { Standing } from 'merlon'
import { printable } from '../print/lines.ts'

interface Ban {
  readonly subject: string
  readonly limit: string
  readonly untilMs: number
  readonly times: number
}

interface Refusals {
  readonly client: string
  readonly refused: number
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** `15m`, `1h 30m`: the two largest units that say something. */
export function durationText(ms: number): string {
  const parts: string[] = []
  let left = Math.ceil(ms / 1000) * 1000
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count}${unit}`)
  }
  return parts.slice(0, 2).join(' ') || '0s'
}

export function standingsText(client: string, standings: readonly Standing[]): string {
  if (standings.length === 0) return `No limit of the policy counts by ${printable(client)} alone.\n`
  return table(
    standings.map(({ limit, quota, windowMs, remaining, resetMs, retryMs, penalty }) => {
      if (penalty) return [limit, 'banned', `for ${durationText(retryMs)} more`]
      const rest = `${remaining} of ${quota} in ${durationText(windowMs)} left`
      const then = resetMs === 0 ? '' : `all again in ${durationText(resetMs)}`
      return [limit, rest, retryMs > 0 && remaining === 0 ? `next in ${durationText(retryMs)}` : then]
    }),
  )
}

export function bansText(bans: readonly Ban[], nowMs: number): string {
  if (bans.length === 0) return 'Nobody is banned.\n'
  return table(
    bans.map(({ subject, limit, untilMs, times }) => [
      nameOf(subject),
      `by ${limit}`,
      `for ${durationText(Math.max(0, untilMs - nowMs))} more`,
      times > 1 ? `${times} times` : '',
    ]),
  )
}

export function topText(top: readonly Refusals[]): string {
  if (top.length === 0) return 'Nobody has been refused since the gateway started.\n'
  return table(top.map(({ client, refused }) => [client || '(no address)', `${refused} refused`]))
}

/** A subject's key in the words in which it is asked for: `a11:203.0.113.7`. */
function nameOf(subject: string): string {
  const [, type, name = ''] = /^([ap])\d+:(.*)$/s.exec(subject) ?? []
  return type === 'a' ? name : type === 'p' ? `principal:${name}` : subject
}

function table(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(printable))
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
