import type { Loaded } from './case-files.ts'
import { exceptionOf, type HostName, hostNames } from './format.ts'

const TITLES: Readonly<Record<HostName, string>> = {
  express5: 'Express 5',
  express4: 'Express 4',
  node: 'node:http',
  workerd: 'workerd (fetch)',
  gateway: 'gateway',
}

/** Which cases a host has passed, as `<path>/<name>`. */
export type Passed = Readonly<Record<HostName, ReadonlySet<string>>>

/** `docs/conformance.md`: what a run found, and what each host cannot show, with the reason. */
export function renderTable(files: readonly Loaded[], passed: Passed): string {
  const defences = [...new Set(files.map((file) => file.defence))]
  const rows = defences.map((defence) => {
    const own = files.filter((file) => file.defence === defence)
    return `| \`${defence}\` | ${countCases(own)} | ${hostNames.map((host) => cell(own, host, passed)).join(' | ')} |`
  })
  const total = `| **all** | ${countCases(files)} | ${hostNames.map((host) => cell(files, host, passed)).join(' | ')} |`
  return [
    '# Conformance',
    '',
    'The same requests, sent byte by byte, with the same answers expected on every host. The cases are data in',
    '[`spec/conformance`](../spec/conformance/README.md); this page is written by the run that plays them',
    '(`UPDATE=1 npx vitest run conformance`), and a run that finds anything else fails.',
    '',
    'Each cell counts the cases that passed. `+ n` counts those that the host cannot be held to; the reasons are below.',
    '',
    `| | cases | ${hostNames.map((host) => TITLES[host]).join(' | ')} |`,
    `|---|---|${hostNames.map(() => '---').join('|')}|`,
    ...rows,
    total,
    '',
    '## What a host cannot be held to',
    '',
    ...hostNames.flatMap((host) => section(files, host)),
  ].join('\n')
}

const countCases = (files: readonly Loaded[]) => files.reduce((sum, file) => sum + file.content.cases.length, 0)

function cell(files: readonly Loaded[], host: HostName, passed: Passed): string {
  let ok = 0
  let due = 0
  let excepted = 0
  for (const { path, content } of files) {
    for (const each of content.cases) {
      if (exceptionOf(each, host) !== undefined) excepted++
      else due++
      if (passed[host].has(`${path}/${each.name}`)) ok++
    }
  }
  return `${ok === due ? ok : `${ok} of ${due}`}${excepted > 0 ? ` + ${excepted}` : ''}`
}

function section(files: readonly Loaded[], host: HostName): string[] {
  const byReason = new Map<string, string[]>()
  for (const { path, content } of files) {
    for (const each of content.cases) {
      const reason = exceptionOf(each, host)
      if (reason === undefined) continue
      const line = `  - \`${path}\`: ${each.name}`
      byReason.set(reason, [...(byReason.get(reason) ?? []), line])
    }
  }
  if (byReason.size === 0) return [`### ${TITLES[host]}`, '', 'Nothing.', '']
  const reasons = [...byReason].sort(([a], [b]) => (a < b ? -1 : 1))
  return [
    `### ${TITLES[host]}`,
    '',
    ...reasons.flatMap(([reason, lines]) => [`- ${reason} (${lines.length})`, ...lines]),
    '',
  ]
}
