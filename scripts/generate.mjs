// Turns spec/ into the files that each language reads. `--check` writes nothing and fails where a file is out of date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const checking = process.argv.includes('--check')
const stale = []

function emit(path, text) {
  const file = join(root, path)
  let before = ''
  try {
    before = readFileSync(file, 'utf8')
  } catch {}
  if (before === text) return
  if (checking) return void stale.push(path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  console.log(`generate: ${path}`)
}

function problems() {
  const table = JSON.parse(readFileSync(join(root, 'spec/problems.json'), 'utf8'))
  const rows = table.map(
    ({ code, status, title }) => `  '${code}': { status: ${status}, title: ${JSON.stringify(title)} },`,
  )
  emit(
    'packages/merlon/src/contract/problems.generated.ts',
    `// Generated from spec/problems.json by \`npm run generate\`.\n\nexport const problems = {\n${rows.join('\n')}\n} as const\n\nexport type ProblemCode = keyof typeof problems\n`,
  )
}

/** The licences of what tsdown puts into the library; packages/merlon/tsdown.config.ts names the same. */
function notice() {
  const parts = ['zod', 'ipaddr.js'].map((name) => {
    const at = (file) => readFileSync(join(root, 'node_modules', name, file), 'utf8')
    const { version, license } = JSON.parse(at('package.json'))
    return `## ${name} ${version} (${license})\n\n\`\`\`\n${at('LICENSE').trim()}\n\`\`\`\n`
  })
  emit(
    'packages/merlon/NOTICE.md',
    `# What is bundled into this package\n\nMerlon has no dependencies; parts of these packages are in its files.\n\n${parts.join('\n')}`,
  )
}

/** Policies that lie under the user's own, by the name that `preset` gives. */
function presets() {
  const table = JSON.parse(readFileSync(join(root, 'spec/presets.json'), 'utf8'))
  emit(
    'packages/merlon/src/guard/expand/presets.generated.ts',
    `// Generated from spec/presets.json by \`npm run generate\`.\n\nexport const presets = ${JSON.stringify(table, null, 2)} as const\n`,
  )
}

problems()
presets()
notice()

if (stale.length > 0) {
  console.error(`generate: out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`)
  process.exit(1)
}
