import type { Direction, PolicyChange } from 'merlon/policy'
import { printable, under, widthOf } from '../print/lines.ts'
import { type Paint, paintIn } from '../print/paint.ts'
import type { Terminal } from '../terminal.ts'

/** What `merlon diff --json` prints. Keys may be added; none changes its meaning while `version` is 1. */
export interface DiffReport {
  readonly version: 1
  readonly old: string
  readonly new: string
  readonly environment: string
  readonly failOn: 'any' | 'other' | 'looser'
  /** `route` is `POST /auth/login`, or `*` for all that have nothing of their own. */
  readonly changes: readonly PolicyChange[]
}

const DIRECTIONS: readonly Direction[] = ['looser', 'other', 'tighter']

/** The changes for people: route by route, the looser ones first. */
export function printDiff(report: DiffReport, { columns, colours = false }: Terminal): string {
  const { changes } = report
  const paint = paintIn(colours)
  const head = `${paint.bold(printable(report.old))} to ${paint.bold(printable(report.new))}  ${printable(report.environment)}`
  if (changes.length === 0) return `${head}\n\nThe same for every route.\n`
  const margin = Math.max(...changes.map(({ section }) => section.length)) + 2
  const routes = [...new Set(changes.map(({ route }) => route))]
  const blocks = routes.map((route) => {
    const own = changes
      .filter((each) => each.route === route)
      .sort((a, b) => DIRECTIONS.indexOf(a.direction) - DIRECTIONS.indexOf(b.direction))
    const title = route === '*' ? 'Every route that says nothing else' : printable(route)
    return [paint.bold(title), ...own.map((each) => printChange(each, margin, paint, widthOf(columns)))].join('\n')
  })
  const counts = DIRECTIONS.map((direction) => {
    const count = changes.filter((each) => each.direction === direction).length
    return count > 0 ? `${count} ${direction}` : ''
  }).filter((text) => text !== '')
  return `${[head, ...blocks, `${counts.join(', ')}.`].join('\n\n')}\n`
}

function printChange({ direction, section, text }: PolicyChange, margin: number, paint: Paint, width: number): string {
  const beside = `  ${direction.padEnd(9)}${section.padEnd(margin)}`
  const body = under('', beside.length, text, width).slice(beside.length)
  return `${paintDirection(paint, direction, `  ${direction.padEnd(9)}`)}${section.padEnd(margin)}${body}`
}

function paintDirection(paint: Paint, direction: Direction, text: string): string {
  if (direction === 'looser') return paint.red(text)
  return direction === 'tighter' ? paint.green(text) : paint.yellow(text)
}
