import { describe, expect, test } from 'vitest'
import { definePolicy } from '../../index.ts'
import { holdPolicy } from '../../policy/define.ts'
import { parseJson } from '../../policy/json.ts'
import type { CanonicalPolicy } from '../expand/canonical.ts'
import type { WrittenPolicy } from '../expand/written.ts'
import { judgeChecklist } from './checklist.ts'
import { explanations } from './explanations.ts'
import { inspectPolicy } from './inspect.ts'

/** Says what hosts there are, so that nothing of what is looked at is said of that. */
const HOSTS = { transport: { hosts: ['api.example.com'] } }

const inspect = (written: WrittenPolicy, environment = 'production') =>
  inspectPolicy(definePolicy({ ...HOSTS, ...written }), { environment })

/** A policy as it stands in a file. */
function inspectText(text: string) {
  const { tree, origin } = parseJson(text, 'merlon.json')
  const { findings, ...more } = inspectPolicy(holdPolicy(tree, origin), { environment: 'production' })
  return { ...more, findings: findings.filter(({ code }) => code !== 'transport-hosts-any') }
}

const statusOf = (written: WrittenPolicy, line: string) =>
  inspect(written).checklist.find((each) => each.line === line)?.status

describe('the checklist', () => {
  test('has its twelve lines, each with a reason, and what is unmet with a severity', () => {
    const { checklist } = inspect({})
    expect(checklist.map(({ line }) => line)).toHaveLength(12)
    expect(checklist.filter(({ reason }) => reason === '')).toEqual([])
    expect(checklist.filter(({ status, severity }) => (status === 'unmet') !== (severity !== undefined))).toEqual([])
    expect(checklist.filter(({ status, proof }) => status === 'unprovable' && proof === undefined)).toEqual([])
  })

  test.each<[string, WrittenPolicy, string]>([
    ['limits-everywhere', {}, 'met'],
    ['limits-everywhere', { limits: 'off' }, 'unmet'],
    ['limits-everywhere', { limits: 'observe' }, 'unmet'],
    ['limits-everywhere', { routes: { 'GET /books': { limits: 'off' } } }, 'unmet'],
    ['limits-authentication', {}, 'unprovable'],
    ['limits-authentication', { routes: { 'POST /login': {} } }, 'unmet'],
    ['limits-authentication', { routes: { 'POST /login': { limits: { login: '5/15m' } } } }, 'unmet'],
    [
      'limits-authentication',
      { routes: { '/login': { limits: { a: '5/15m', b: { rate: '5/15m', by: { body: 'email' } } } } } },
      'met',
    ],
    ['limits-authentication', { limits: 'observe' }, 'unmet'],
    // That another route is not limited is the other line's matter.
    ['limits-authentication', { routes: { 'GET /books': { limits: 'off' } } }, 'unprovable'],
    ['input-validation', {}, 'unmet'],
    ['input-validation', { routes: { 'POST /users': { input: { body: { use: 'NewUser' } } } } }, 'met'],
    ['input-validation', { routes: { 'POST /users': { input: { query: { use: 'Page' } } } } }, 'unmet'],
    ['input-validation', { routes: { 'POST /users': { input: { mode: 'observe', body: { use: 'A' } } } } }, 'unmet'],
    ['input-validation', { input: 'off', routes: { 'GET /': { input: { query: { use: 'A' } } } } }, 'unmet'],
    ['input-validation', { routes: { 'GET /books': { input: { query: { use: 'Page' } } } } }, 'unprovable'],
    ['parameterized-queries', {}, 'unprovable'],
    ['cors-origins', {}, 'met'],
    ['cors-origins', { cors: ['https://a.example'] }, 'met'],
    ['cors-origins', { cors: '*' }, 'unmet'],
    ['cors-origins', { cors: 'observe' }, 'unmet'],
    ['cors-origins', { cors: ['http://localhost:3000'] }, 'unmet'],
    ['size-limits', {}, 'met'],
    ['size-limits', { size: 'off' }, 'unmet'],
    // A note by itself, but what only watches meets no line.
    ['size-limits', { size: 'observe' }, 'unmet'],
    ['size-limits', { routes: { 'POST /uploads': { size: 'off' } } }, 'unmet'],
    ['security-headers', {}, 'met'],
    ['security-headers', { headers: 'off' }, 'unmet'],
    ['security-headers', { headers: { hsts: 'off' } }, 'unmet'],
    ['errors-closed', {}, 'met'],
    ['https-only', {}, 'met'],
    ['https-only', { transport: { http: 'allow' } }, 'unmet'],
    ['https-only', { transport: 'observe' }, 'unmet'],
    ['versioning', {}, 'unmet'],
    ['versioning', { versions: { by: 'path', known: { v1: {} } } }, 'met'],
  ])('%s of %j is %s', (line, written, status) => {
    expect(statusOf(written, line)).toBe(status)
  })

  test('a section that this version does not have is said to be missing', () => {
    const [line] = judgeChecklist({ format: 1, environment: 'production', routes: [] }, [], explanations)
    expect(line).toMatchObject({ status: 'unmet', severity: 'note' })
    expect(line?.reason).toContain('has no section "limits"')
  })

  test('a section that explains nothing itself is met where it is enforced, on every route', () => {
    const policy: CanonicalPolicy = { format: 1, environment: 'production', routes: [], transport: { mode: 'enforce' } }
    const judge = (of: CanonicalPolicy) => judgeChecklist(of, [], {}).find(({ line }) => line === 'https-only')
    expect(judge(policy)).toMatchObject({ status: 'met' })
    const lax = { methods: ['GET'], pattern: '/a', folded: {}, transport: { mode: 'observe' } }
    expect(judge({ ...policy, routes: [lax] })).toMatchObject({ status: 'unmet', severity: 'warning' })
    expect(judge({ ...policy, routes: [lax] })?.reason).toContain('on GET /a')
  })
})

describe('findings', () => {
  test('stand where they were written, also in a route that says nothing of the section', () => {
    const { findings } = inspectText('{\n  "routes": {\n    "POST /auth/login": { "size": "1kb" }\n  }\n}')
    expect(findings).toMatchObject([
      { code: 'limit-guessing', severity: 'critical', line: 3, column: 5, routes: ['POST /auth/login'] },
      { code: 'input-no-body', severity: 'note', line: 3, column: 5, routes: ['POST /auth/login'] },
    ])
  })

  test('that routes inherit are told once, at their place', () => {
    const text = `{
  "cors": ["*"],
  "routes": { "/a": { "cors": { "maxAge": "1h" } }, "/b": { "cors": { "timing": true } } }
}`
    const { findings } = inspectText(text)
    expect(findings).toMatchObject([{ code: 'cors-any-origin', line: 2, column: 12, routes: [] }])
  })

  test('of a tree name all routes that have them', () => {
    const { findings } = inspect({
      routes: { '/books/*': { limits: 'off' }, 'GET /books/new': { limits: { headers: 'both' } } },
    })
    const off = findings.filter(({ code }) => code === 'limits-off')
    expect(off.flatMap(({ routes }) => routes)).toContain('/books/*')
  })

  test('the gravest stand first', () => {
    const { findings } = inspect({ size: 'observe', cors: '*', limits: 'off' })
    expect(findings.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'note'])
  })
})

describe('an inspection', () => {
  test('is of the environment that is asked for, and finds the mistakes of all', () => {
    const written = { environments: { staging: { cors: ['*'] } } }
    expect(inspect(written).findings).toEqual([])
    expect(inspect(written, 'staging').findings).toMatchObject([{ code: 'cors-any-origin' }])
    const wrong = { environments: { staging: { size: 'large' } } }
    expect(inspect(wrong).mistakes).toHaveLength(1)
    expect(inspect(wrong)).toMatchObject({ canonical: undefined, checklist: [], findings: [] })
  })

  test('names variables and reads none', () => {
    process.env['SECRET_ORIGIN'] = 'https://secret.example'
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what one writes
    const inspection = inspect({ cors: ['${SECRET_ORIGIN}', '$${NONE}', '${A},${SECRET_ORIGIN}'] } as WrittenPolicy)
    delete process.env['SECRET_ORIGIN']
    expect(inspection.variables).toEqual(['A', 'SECRET_ORIGIN'])
    expect(JSON.stringify(inspection)).not.toContain('secret.example')
  })
})
