import { exists, filesBelow, read } from '../tree.ts'

/** A fenced block of a page. */
export interface Block {
  readonly page: string
  /** Of the opening fence, counted from 1. */
  readonly line: number
  /** What stands behind the fence; empty for none. */
  readonly language: string
  readonly text: string
}

/** The plan and its decisions show what may come, in parts that are not yet there: nothing of it is for users. */
const PLANS = ['docs/design.md', 'docs/decisions/']

/** Every page that speaks to users. */
export const pages: readonly string[] = ['README.md', ...filesBelow('docs')].filter(
  (path) => path.endsWith('.md') && exists(path) && !PLANS.some((plan) => path.startsWith(plan)),
)

/** What a page's blocks may be; a test runs each. */
export const LANGUAGES = ['yaml', 'json', 'ts', 'js', 'console', 'text', 'sh'] as const

/** What is only shown: what somebody has written for another package, in a language that nothing here runs. */
export const FOREIGN: readonly string[] = ['python']

/**
 * The blocks of a page, in their order.
 *
 * @throws where a fence is indented, tagged with more than one word or never closed: what is not found is not tested
 */
export function blocksOf(page: string, markdown = read(page)): readonly Block[] {
  const blocks: Block[] = []
  let open: { readonly line: number; readonly language: string } | undefined
  let lines: string[] = []
  for (const [at, line] of markdown.split('\n').entries()) {
    if (!/^\s*(```|~~~)/.test(line)) {
      lines.push(line)
      continue
    }
    const language = /^```([a-z]*)$/.exec(line)?.[1]
    if (language === undefined || (open && language !== ''))
      throw new Error(`${page}:${at + 1}: a fence of another form`)
    if (open) blocks.push({ page, ...open, text: lines.join('\n') })
    open = open ? undefined : { line: at + 1, language }
    lines = []
  }
  if (open) throw new Error(`${page}:${open.line}: a fence that is never closed`)
  return blocks
}

/** What is run, and the blocks below it that say what comes of it. */
export interface Scene {
  readonly subject: Block
  /** The policy file that stands beside a module: the last one that the page has shown. */
  readonly policy: Block | undefined
  /** What the subject prints (`text`), and commands with what they print (`console`). */
  readonly shown: readonly Block[]
}

/** A page's blocks as scenes; commands that stand before any subject, or are none, are left out. */
export function scenesOf(blocks: readonly Block[]): readonly Scene[] {
  const scenes: { subject: Block; policy: Block | undefined; shown: Block[] }[] = []
  let policy: Block | undefined
  for (const block of blocks) {
    if (isSubject(block)) {
      scenes.push({ subject: block, policy, shown: [] })
      if (isPolicy(block)) policy = block
    } else if (block.language === 'console' || block.language === 'text') {
      scenes.at(-1)?.shown.push(block)
    }
  }
  return scenes
}

export const isPolicy = ({ language }: Block): boolean => language === 'yaml' || language === 'json'
export const isModule = ({ language }: Block): boolean => language === 'ts' || language === 'js'
const isSubject = (block: Block): boolean =>
  isPolicy(block) || isModule(block) || (block.language === 'sh' && /^npx merlon serve /m.test(block.text))

/** `docs/defences/cors.md:12` as part of a file's name. */
export const slugOf = ({ page, line }: Block): string => `${page.replace(/\.md$/, '').replace(/\W+/g, '-')}-${line}`
