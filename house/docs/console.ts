import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Block } from './blocks.ts'
import type { Ports } from './ports.ts'

const execute = promisify(execFile)

interface Shown {
  readonly command: string
  readonly prints: string
}

/** `$ command` and what it prints, again and again; a command that ends in `\` goes on in the next line. */
function shownIn({ page, line, text }: Block): readonly Shown[] {
  const shown: { command: string; prints: string[] }[] = []
  for (const each of text.split('\n')) {
    const last = shown.at(-1)
    if (last?.prints.length === 0 && last.command.endsWith('\\')) last.command += `\n${each}`
    else if (each.startsWith('$ ')) shown.push({ command: each.slice(2), prints: [] })
    else if (last) last.prints.push(each)
    else throw new Error(`${page}:${line}: a console begins with "$ "`)
  }
  return shown.map(({ command, prints }) => ({ command, prints: prints.join('\n') }))
}

/** The sources of what `npx merlon` runs for a user. */
const bin = fileURLToPath(new URL('../../packages/cli/src/bin.ts', import.meta.url))
const MERLON = `'${process.execPath}' --import tsx '${bin}' `

/**
 * Runs every command of the block in `folder`, where the policy of the page stands; gives what it should print and what
 * it printed.
 */
export async function play(
  block: Block,
  ports: Ports,
  folder: string,
): Promise<readonly (readonly [shown: Shown, printed: string])[]> {
  const played: [Shown, string][] = []
  for (const shown of shownIn(block)) {
    const command = ports.real(shown.command).replaceAll('npx merlon ', MERLON)
    const { stdout } = await execute('sh', ['-c', command], { cwd: folder, timeout: 10_000 })
    played.push([shown, ports.shown(stdout).replaceAll('\r', '').trimEnd()])
  }
  return played
}

/** What is shown, as a pattern: `…` stands for the rest of a word or line, alone on a line for any number of lines. */
export function patternOf(prints: string): RegExp {
  const lines = prints.split('\n').map((line) => {
    if (line === '…') return '(?:.*\n)*?'
    return `${line.split('…').map(literal).join('.*')} *\n`
  })
  return new RegExp(`^${lines.join('')}$`)
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
