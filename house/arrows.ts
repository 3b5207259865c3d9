import { posix } from 'node:path'
import ts from 'typescript'

/** What a file imports, types included, as it is written there. */
export function importsOf(source: string): string[] {
  return ts.preProcessFile(source, true, true).importedFiles.map((file) => file.fileName)
}

/** The parts of `packages/merlon/src`; a part with a `*` is one part for each folder below it. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  policy: ['contract'],
  'defences/*': ['contract', 'policy'],
  guard: ['contract', 'policy'],
  'stores/*': ['contract'],
  'validators/*': ['contract'],
  'tools/*': ['contract'],
  'adapters/*': ['contract', 'policy', 'guard'],
  testing: ['contract', 'policy', 'guard', 'stores'],
  entry: ['contract', 'policy', 'defences', 'guard', 'stores', 'validators', 'tools', 'adapters', 'testing'],
}

/** What single files and folders may reach beyond their part, and why. */
const GRANTED: Readonly<Record<string, readonly string[]>> = {
  // The one list of defences.
  'guard/order.ts': ['defences'],
  // What each of them says of itself to `merlon check` and `merlon diff`; a guard that only runs does not load it.
  'guard/explain/explanations.ts': ['defences'],
  // The type of a whole policy is made of the defences' own; types only.
  'guard/expand/written.ts': ['defences'],
  // Hosts of one family share how a request is read: node:http's, and fetch's.
  'adapters/express': ['adapters/node'],
  'adapters/fastify': ['adapters/node'],
  'adapters/koa': ['adapters/node'],
  'adapters/nest': ['adapters/node'],
  'adapters/hono': ['adapters/fetch'],
  'adapters/next': ['adapters/fetch'],
  'adapters/lambda': ['adapters/fetch'],
  // What goes on while a store does not answer is kept in the same table as counters in memory.
  'stores/remote': ['stores/memory'],
  // Every store that answers later stands behind the same decorators.
  'stores/redis': ['stores/remote', 'stores/batched'],
  'stores/postgres': ['stores/remote', 'stores/batched'],
}

/** Packages from outside, and where each may be named. Everything else must run in any runtime with nothing installed. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  'zod/mini': [''],
  'ipaddr.js': ['contract', 'policy', 'defences/client'],
  'node:': ['adapters/node', 'adapters/express', 'adapters/fastify', 'adapters/koa', 'adapters/nest', 'stores'],
  express: ['adapters/express'],
  yaml: ['file.ts', 'policy/yaml.ts'],
}

/** Entries that run on Node alone. */
const NODE_ENTRIES = ['express.ts', 'fastify.ts', 'file.ts', 'koa.ts', 'nest.ts', 'node.ts']

function partOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  if (path === first) return 'entry'
  return `${first}/*` in PARTS ? `${first}/${second.replace(/\.ts$/, '')}` : first
}

const within = (path: string, folders: readonly string[]) =>
  folders.some((folder) => folder === '' || path === folder || path.startsWith(`${folder}/`))

const granted = (from: string) =>
  Object.entries(GRANTED).flatMap(([place, folders]) => (within(from, [place]) ? folders : []))

/** What is wrong with an import in `packages/merlon/src`; undefined where it follows the arrows. `from` is below src. */
export function faultOf(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return faultOfOutside(from, specifier)
  const to = posix.join(posix.dirname(from), specifier)
  if (to.startsWith('..')) return 'leaves the package'
  if (to.endsWith('.test.ts')) return 'imports a test'
  const part = partOf(from)
  if (part === partOf(to)) return undefined
  const allowed = [...(PARTS[part] ?? PARTS[part.replace(/\/.*/, '/*')] ?? []), ...granted(from)]
  return within(to, allowed) ? undefined : `${part} may import ${allowed.join(', ') || 'nothing'}`
}

function faultOfOutside(from: string, specifier: string): string | undefined {
  const name = specifier.startsWith('node:') ? 'node:' : specifier
  const places = OUTSIDE[name]
  if (!places) return 'is not among the packages that the library may name'
  if (within(from, places)) return undefined
  if (name === 'node:' && NODE_ENTRIES.includes(from)) return undefined
  return `may be named in ${places.join(', ')} alone`
}

/** The packages, and which of the others each may import by name. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  merlon: [],
  gateway: ['merlon'],
  audit: ['merlon'],
  lint: ['merlon'],
  console: ['merlon'],
  cli: ['merlon', '@merlon/gateway', '@merlon/audit', '@merlon/lint'],
}

/** The same for the other packages: only downwards, by the published name, never by a path into the other's files. */
export function faultBetween(pkg: string, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    return posix.join(posix.dirname(from), specifier).startsWith('..') ? 'leaves the package' : undefined
  }
  const name = /^(@merlon\/[^/]+|merlon)(\/|$)/.exec(specifier)?.[1]
  if (name === undefined || PACKAGES[pkg]?.includes(name)) return undefined
  return `${pkg} may import ${PACKAGES[pkg]?.join(', ') || 'none of the other packages'}`
}
