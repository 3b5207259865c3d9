// Turns spec/ into the files that each language reads. `--check` writes nothing and fails where a file is out of date.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
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
  const rows = table.map(({ code, status, title, type }) => {
    const named = type ? `, type: ${JSON.stringify(type)}` : ''
    return `  '${code}': { status: ${status}, title: ${JSON.stringify(title)}${named} },`
  })
  emit(
    'packages/merlon/src/contract/problems.generated.ts',
    `// Generated from spec/problems.json by \`npm run generate\`.\n\nexport const problems = {\n${rows.join('\n')}\n} as const\n\nexport type ProblemCode = keyof typeof problems\n`,
  )
}

/** A page for each problem code, and their index. */
function pages() {
  const table = JSON.parse(readFileSync(join(root, 'spec/problems.json'), 'utf8'))
  const generated = '<!-- Generated from spec/problems.json by `npm run generate`. -->'
  for (const { code, status, title, type = `urn:merlon:problem:${code}`, what, mend } of table) {
    const head = `# ${code}\n\n**${status}** ${title}\n\nType: \`${type}\``
    emit(`docs/problems/${code}.md`, `${generated}\n${head}\n\n## When\n\n${what}\n\n## What to do\n\n${mend}\n`)
  }
  const rows = table.map(({ code, status, title }) => `| ${status} | [\`${code}\`](${code}.md) | ${title} |`)
  const about =
    'What Merlon refuses a request with: `type`, `title` and `status` of a problem (RFC 9457), or `code` of an\n`{ "error": … }`. Answers carry `requestId` as well, under which the log has the rest.'
  emit(
    'docs/problems/README.md',
    `${generated}\n# Problems\n\n${about}\n\n| status | code | title |\n|---|---|---|\n${rows.join('\n')}\n`,
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

/** Policies that lie under the user's own, and limits of one kind, by the names that `preset` gives. */
function presets() {
  const { policies, limits } = JSON.parse(readFileSync(join(root, 'spec/presets.json'), 'utf8'))
  const generated = '// Generated from spec/presets.json by `npm run generate`.\n\n'
  const constant = (table) => `${generated}export const presets = ${JSON.stringify(table, null, 2)} as const\n`
  emit('packages/merlon/src/guard/expand/presets.generated.ts', constant(policies))
  const words = Object.keys(limits).map((name) => `'${name}'`)
  emit(
    'packages/merlon/src/defences/limits/presets.generated.ts',
    `${constant(limits)}\nexport type PresetName = ${words.join(' | ')}\n`,
  )
}

/** What the schemas make of nothing, so that a guard need not build them for sections that its policy leaves out. */
async function defaults() {
  const { tsImport } = await import('tsx/esm/api')
  const { sectionDefaults } = await tsImport('./section-defaults.ts', import.meta.url)
  const { common, presets } = sectionDefaults()
  const own = Object.entries(presets).map(
    ([name, sections]) => `  ${name}: { ...common, ...${JSON.stringify(sections, null, 2)} },`,
  )
  emit(
    'packages/merlon/src/guard/expand/defaults.generated.ts',
    `// Generated from the sections' schemas by \`npm run generate\`.\n\nconst common = ${JSON.stringify(common, null, 2)}\n\nexport const defaults = {\n${own.join('\n')}\n}\n`,
  )
}

/** The shape of written policies, for editors. Read from the library's own types and schemas, which are TypeScript. */
async function policySchema() {
  const { tsImport } = await import('tsx/esm/api')
  const { policySchema } = await tsImport('./policy-schema.ts', import.meta.url)
  const schema = policySchema()
  emit('spec/policy.schema.json', `${JSON.stringify(schema, null, 2)}\n`)
  return schema
}

/** The tables of options in the pages of the defences, with the types and defaults that the schema has. */
async function optionTables(schema) {
  const { tsImport } = await import('tsx/esm/api')
  const { withTables } = await tsImport('./option-tables.ts', import.meta.url)
  for (const file of readdirSync(join(root, 'docs/defences'))) {
    const path = `docs/defences/${file}`
    emit(path, withTables(readFileSync(join(root, path), 'utf8'), schema))
  }
}

/** In the order of what each needs of those before it. */
const REDIS_SCRIPT = [
  'head',
  'gcra',
  'sliding-window',
  'fixed-window',
  'strict',
  'penalty',
  'charge',
  'leases',
  'fleet',
  'tail',
]

/** The one script of the counters in Redis, and the digest that it is called by. What is said in it stays in spec/. */
function redisScript() {
  const text = REDIS_SCRIPT.flatMap((name) => readFileSync(join(root, `spec/redis/${name}.lua`), 'utf8').split('\n'))
    .map((line) => line.replace(/^\s+/, ''))
    .filter((line) => line !== '' && !line.startsWith('--'))
    .join('\n')
  const digest = createHash('sha1').update(text).digest('hex')
  const lines = text.split('\n').map((line) => `  ${quoted(line)},`)
  emit(
    'packages/merlon/src/stores/redis/script.generated.ts',
    `// Generated from spec/redis/*.lua by \`npm run generate\`.\n\nexport const DIGEST = '${digest}'\n\nexport const SCRIPT = [\n${lines.join('\n')}\n].join('\\n')\n`,
  )
}

/** In the order of what each needs of those before it. */
const POSTGRES_COUNTERS = [
  'tables',
  'gcra',
  'sliding-window',
  'fixed-window',
  'strict',
  'penalty',
  'algorithms',
  'places',
  'decide',
]

/** Tables and functions of the counters in PostgreSQL. The functions' names end with the digest of all of it. */
function postgresCounters() {
  const folder = join(root, 'spec/sql/postgres/counters')
  const source = POSTGRES_COUNTERS.flatMap((name) => readFileSync(join(folder, `${name}.sql`), 'utf8').split('\n'))
    .map((line) => line.replace(/^\s+/, ''))
    .filter((line) => line !== '' && !line.startsWith('--'))
    .join('\n')
  const version = createHash('sha256').update(source).digest('hex').slice(0, 8)
  const lines = source.replaceAll(/_v0\b/g, `_${version}`).split('\n')
  emit(
    'packages/merlon/src/stores/postgres/counters.generated.ts',
    `// Generated from spec/sql/postgres/counters/*.sql by \`npm run generate\`.\n\n/** At the end of the functions' names. */\nexport const VERSION = '${version}'\n\n/** \`merlon.\` stands for the schema. */\nexport const STATEMENTS = [\n${lines.map((line) => `  ${quoted(line)},`).join('\n')}\n].join('\\n')\n`,
  )
}

/** @param {string} line */
const quoted = (line) => `'${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

problems()
pages()
presets()
redisScript()
postgresCounters()
await defaults()
notice()
await optionTables(await policySchema())

if (stale.length > 0) {
  console.error(`generate: out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`)
  process.exit(1)
}
