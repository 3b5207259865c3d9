import { counted, printable, under, widthOf } from '../print/lines.ts'
import { type Paint, paintIn, paintSeverity } from '../print/paint.ts'
import type { Terminal } from '../terminal.ts'
import { type CheckReport, isAtLeast, type ReportedFinding, type ReportedLine, type Severity } from './report.ts'

const INDENT = '  '
const MARGIN = 16

const STATUS = { met: 'met', unmet: 'not met', unprovable: 'not provable' } as const

/** The report for people: the checklist, what is weak, and whether that passes. */
export function printReport(report: CheckReport, { columns, colours = false }: Terminal): string {
  const paint = paintIn(colours)
  const width = widthOf(columns)
  return [
    head(report, paint),
    '',
    `${paint.bold('Checklist')}  ${tally(report.checklist)}`,
    '',
    ...report.checklist.map((line) => printLine(line, report, paint, width)),
    '',
    ...printFindings(report, paint, width),
    conclusion(report, paint),
    '',
  ].join('\n')
}

function head({ file, environment, routes, variables }: CheckReport, paint: Paint): string {
  const reads = variables.length > 0 ? `, reads ${variables.join(', ')}` : ''
  return `${paint.bold(printable(file))}  ${printable(environment)}, ${counted(routes, 'route')}${reads}`
}

function tally(lines: readonly ReportedLine[]): string {
  const count = (status: ReportedLine['status']) => lines.filter((each) => each.status === status).length
  return `${count('met')} met, ${count('unmet')} not met, ${count('unprovable')} that a policy cannot prove`
}

function printLine(line: ReportedLine, report: CheckReport, paint: Paint, width: number): string {
  const { status, title, reason, severity, write, proof, findings } = line
  const label = STATUS[status].padEnd(MARGIN - INDENT.length)
  const painted = status === 'met' ? paint.green(label) : paintSeverity(paint, severity ?? 'note', label)
  const first = report.findings[findings[0] ?? -1]
  const more = findings.length > 1 ? `, and ${counted(findings.length - 1, 'more finding')} below` : ''
  const shown = [
    `${INDENT}${painted}${paint.bold(title)}${severity ? `  ${paintSeverity(paint, severity)}` : ''}`,
    paint.dim(under('', MARGIN, sentence(reason), width)),
  ]
  if (first) shown.push(under('', MARGIN, `at ${placeOf(first)}${more}`, width))
  if (write !== null) shown.push(field('write', write, width))
  if (proof !== null) shown.push(field('proof', proof, width))
  return shown.join('\n')
}

function printFindings({ findings }: CheckReport, paint: Paint, width: number): readonly string[] {
  if (findings.length === 0) return [`${paint.bold('Findings')}  none`, '']
  const severities: readonly Severity[] = ['critical', 'warning', 'note']
  const counts = severities
    .map((severity) => [findings.filter((each) => each.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => (severity === 'critical' ? `${count} critical` : counted(count, severity)))
  return [
    `${paint.bold('Findings')}  ${counts.join(', ')}`,
    ...findings.flatMap((each) => ['', printFinding(each, paint, width)]),
    '',
  ]
}

function printFinding(finding: ReportedFinding, paint: Paint, width: number): string {
  const { severity, code, message, write, routes, path } = finding
  const label = paintSeverity(paint, severity, severity.padEnd(MARGIN - INDENT.length))
  const also = routes.filter((route) => !path.includes(JSON.stringify(route)))
  return [
    `${INDENT}${label}${paint.bold(code)}`,
    under('', MARGIN, placeOf(finding), width),
    ...(also.length > 0 ? [under('', MARGIN, `holds for ${also.join(', ')}`, width)] : []),
    paint.dim(under('', MARGIN, sentence(message), width)),
    field('write', write, width),
  ].join('\n')
}

function field(name: string, text: string, width: number): string {
  const margin = MARGIN + name.length + 2
  return under(`${' '.repeat(MARGIN)}${name}`, margin, text, width)
}

/** `merlon.yaml:12:7  cors.origins[0]`, as editors and terminals link it. */
function placeOf({ file, line, column, path }: ReportedFinding): string {
  const position = line === null ? '' : `:${line}:${column ?? 1}`
  return [`${file ?? ''}${position}`, path].filter((part) => part !== '').join('  ')
}

function conclusion({ status, failOn, findings, checklist }: CheckReport, paint: Paint): string {
  const graver = failOn === 'critical' ? 'critical' : `a ${failOn} or graver`
  if (status === 'passed') return `${paint.green('Passed')}: nothing is ${graver}.`
  const grave = (some: readonly { readonly severity: Severity | null }[]) =>
    some.filter(({ severity }) => severity && isAtLeast(severity, failOn)).length
  const counts = [
    [grave(findings), 'finding', 'findings'],
    [grave(checklist), 'line of the checklist', 'lines of the checklist'],
  ] as const
  const said = counts.filter(([count]) => count > 0).map(([count, one, many]) => counted(count, one, many))
  return `${paint.red('Failed')}, by ${said.join(' and ')}: ${graver}.`
}

/** Messages are phrases or sentences; here each stands alone. */
function sentence(text: string): string {
  const begun = `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  return /[.?!]$/.test(begun) ? begun : `${begun}.`
}
