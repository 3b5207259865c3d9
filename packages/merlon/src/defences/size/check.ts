import type { Finding } from '../../contract/finding.ts'
import type { Size } from './options.ts'

const MB = 1024 ** 2
const HUGE_BYTES = 10 * MB
const HUGE_CEILING_BYTES = 100 * MB
const DEEP = 100
const MANY_KEYS = 100_000

/** What is allowed but weak. A large body is right for the route that takes uploads, and wrong for all routes. */
export function check(options: Size, _production: boolean, scope: 'policy' | 'route' = 'policy'): readonly Finding[] {
  if (options.mode === 'off') return [OFF]
  const findings: Finding[] = []
  if (options.mode === 'observe') {
    findings.push(OBSERVE)
    if (options.ceilingBytes > HUGE_CEILING_BYTES) findings.push(CEILING)
  }
  if (scope === 'policy' && options.maxBytes > HUGE_BYTES) findings.push(BODY)
  if (options.maxDepth > DEEP) findings.push(DEPTH)
  if (options.maxKeys > MANY_KEYS) findings.push(KEYS)
  if (options.duplicateKeys === 'allow') findings.push(DUPLICATES)
  if (options.prototypeKeys === 'allow') findings.push(PROTOTYPES)
  return findings
}

const OFF: Finding = {
  code: 'size-off',
  severity: 'warning',
  path: ['mode'],
  message: 'a body may be as large and as deep as its sender likes, and whoever holds it whole runs out of memory',
  write: 'size: 100kb',
}

const OBSERVE: Finding = {
  code: 'size-observe',
  severity: 'note',
  path: ['mode'],
  message: 'bodies that are too large or too deep are reported, and still reach the application up to the ceiling',
  write: 'mode: enforce',
}

const CEILING: Finding = {
  code: 'size-ceiling',
  severity: 'warning',
  path: ['ceiling'],
  message: 'a few requests at once can fill the memory: the ceiling is all that bounds a body while it is observed',
  write: 'ceiling: 10mb',
}

const BODY: Finding = {
  code: 'size-body',
  severity: 'warning',
  path: ['body'],
  message: 'every route takes bodies of this size, also those that expect a few fields: a few requests fill the memory',
  write: 'routes: { "POST /uploads": { size: 50mb } }, and the default for all others',
}

const DEPTH: Finding = {
  code: 'size-depth',
  severity: 'warning',
  path: ['depth'],
  message: 'code that walks JSON by calling itself runs out of stack somewhere below this depth',
  write: 'depth: 32',
}

const KEYS: Finding = {
  code: 'size-keys',
  severity: 'warning',
  path: ['keys'],
  message: 'objects with this many keys cost many times their bytes in memory and time',
  write: 'keys: 1000, and more on the route that takes lists',
}

const DUPLICATES: Finding = {
  code: 'size-duplicate-keys',
  severity: 'warning',
  path: ['duplicateKeys'],
  message:
    'of two equal keys one parser takes the first and another the last, so a check can pass on what is never used',
  write: 'duplicateKeys: refuse',
}

const PROTOTYPES: Finding = {
  code: 'size-prototype-keys',
  severity: 'warning',
  path: ['prototypeKeys'],
  message: 'code that merges such a body into another object changes every object of the process',
  write: 'prototypeKeys: refuse',
}
