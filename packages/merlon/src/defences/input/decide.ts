import { parseCookies } from '../../contract/cookies.ts'
import type { Build, Compiled } from '../../contract/defence.ts'
import { type Facts, NO_INPUT, paramsOf, type RequestInput } from '../../contract/facts.ts'
import { isValidator, type Validated, type Validator } from '../../contract/validator.ts'
import { isPromise, type MaybePromise, type Refusal, refuse, type Verdict } from '../../contract/verdict.ts'
import { isOpaque, lacksBody, NOT_PARSED, ValidatedBody } from './body.ts'
import { declaredOnly } from './declared.ts'
import { Faults } from './faults.ts'
import { type Input, type Mode, PARTS, type PartName } from './options.ts'
import { readQuery, strippedQuery } from './query.ts'
import { findUnknown } from './unknown.ts'

/** One part with its schema. */
interface Judge {
  readonly name: PartName
  readonly strict: boolean
  readonly validate: Validator['~standard']['validate']
}

const NO_ROUTER = 'it in the policy, under "routes": no router of this host has taken parameters from the path by now'

export function compile(options: Input, build: Build): Compiled {
  const { mode } = options
  if (mode === 'off') return {}
  const judges = PARTS.flatMap((name) => compileJudge(name, options, build) ?? [])
  if (judges.length === 0) return {}
  return {
    steps: { input: (facts) => decide(judges, mode, facts, build) },
    readsBody: options.body !== undefined,
    observe: mode === 'observe',
  }
}

function compileJudge(name: PartName, options: Input, build: Build): Judge | undefined {
  const part = options[name]
  if (part === undefined) return undefined
  if (name === 'params' && build.inline !== undefined && !build.routed) build.mistake([name], NO_ROUTER)
  const at = [name, 'use']
  const code = build.code(at, part.use)
  if (code === undefined) return undefined
  if (!isValidator(code)) {
    build.mistake(at, 'a schema that speaks Standard Schema v1, as those of Zod 4, Valibot 1 and ArkType 2 do')
    return undefined
  }
  const standard = declaredOnly(code)['~standard']
  return { name, strict: part.unknown === 'refuse', validate: (value) => standard.validate(value) }
}

/** What one part came to: as it came, and as its schema gave it. */
interface Result {
  readonly raw: unknown
  readonly validated: Validated<unknown>
}

/** A part that is not there to be validated. */
const NOTHING: Result = { raw: undefined, validated: { value: undefined } }

/** Judges all parts at once, so that a client mends everything in one go. */
export function decide(judges: readonly Judge[], mode: Mode, facts: Facts, build: Build): MaybePromise<Verdict> {
  if (mode === 'enforce' && judges.at(-1)?.name === 'body' && isOpaque(facts)) return NOT_PARSED
  const faults = new Faults()
  try {
    const found: MaybePromise<Result>[] = []
    let late = false
    for (const judge of judges) {
      const result = validate(judge, facts, faults)
      found.push(result)
      if (isPromise(result)) late = true
    }
    if (!late) return conclude(judges, mode, facts, faults, found as Result[])
    return Promise.all(found)
      .then((late) => conclude(judges, mode, facts, faults, late))
      .catch((error) => failed(mode, facts, build, error))
  } catch (error) {
    return failed(mode, facts, build, error)
  }
}

function validate(judge: Judge, facts: Facts, faults: Faults): MaybePromise<Result> {
  const { name } = judge
  if (name === 'body' && lacksBody(facts)) return NOTHING
  const raw = read(name, facts, faults)
  if (name === 'query' && raw === undefined) return NOTHING
  const validated = attempt(judge, raw)
  return isPromise(validated) ? validated.then((late) => ({ raw, validated: late })) : { raw, validated }
}

/** One that throws must not leave the promise of another behind, whose rejection nobody would hear and the process die of. */
function attempt(judge: Judge, raw: unknown): MaybePromise<Validated<unknown>> {
  try {
    return judge.validate(raw)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** What came, or what a schema has made of it that has held before. */
function read(name: PartName, facts: Facts, faults: Faults): unknown {
  // The names are the router's own, and it gives what has held where the policy knows the same ones.
  if (name === 'params' && facts.routerParams) return { ...facts.routerParams }
  const held = facts.held?.[name]
  if (held !== undefined) return held
  switch (name) {
    case 'params':
      return paramsOf(facts.route.names, facts.params)
    case 'query':
      return readQuery(facts.query, faults)
    case 'headers': {
      const headers = facts.headers()
      Reflect.deleteProperty(headers, '__proto__')
      return headers
    }
    case 'cookies':
      return parseCookies(facts.lines('cookie').join(';'))
    case 'body':
      return (facts.body ?? facts.parsed ?? facts.peeked)?.value
  }
}

/** Written out: it is made twice a request, and a spread takes its time. */
function copyOf(input: RequestInput | undefined): Record<PartName, unknown> {
  const { params, query, headers, cookies, body } = input ?? NO_INPUT
  return { params, query, headers, cookies, body }
}

function conclude(
  judges: readonly Judge[],
  mode: Mode,
  facts: Facts,
  faults: Faults,
  results: readonly Result[],
): Refusal | undefined {
  const values = copyOf(facts.input)
  for (let at = 0; at < judges.length; at++) {
    const { name, strict } = judges[at] as Judge
    const { raw, validated } = results[at] as Result
    const before = faults.count
    if (validated.issues) faults.addIssues(name, raw, validated.issues)
    else if (strict) findUnknown(name, raw, validated.value, faults)
    const keeps = validated.issues || faults.count > before || (mode === 'observe' && facts.held?.[name] !== undefined)
    values[name] = keeps ? raw : validated.value
  }
  if (faults.count === 0 || mode === 'observe') facts.input = values
  if (faults.count > 0) return refusalOf(faults)
  if (mode === 'enforce') hold(judges, facts, values)
  return undefined
}

/** Puts what is valid in the place of what came: a handler that never heard of this gets it all the same. */
function hold(judges: readonly Judge[], facts: Facts, values: RequestInput): void {
  const held = copyOf(facts.held)
  for (const { name, strict } of judges) {
    held[name] = values[name]
    // Where what is unknown is refused, nothing of it is left to be taken out.
    if (name === 'query' && !strict) holdQuery(facts, values.query)
    if (name === 'body') holdBody(facts, values.body)
  }
  facts.held = held
}

function holdQuery(facts: Facts, value: unknown): void {
  const query = strippedQuery(facts.query, value)
  if (query === facts.query) return
  facts.query = query
  facts.rewritten = true
}

function holdBody(facts: Facts, value: unknown): void {
  const { body, parsed } = facts
  if (body !== undefined) {
    if (body.value !== value) facts.body = new ValidatedBody(body, value)
  } else if (parsed !== undefined && parsed.value !== value) {
    facts.parsed = { value }
  }
}

/** Most places that the log names. */
const NAMED = 5

function refusalOf({ list, count }: Faults): Refusal {
  const [first] = list
  const more = count > 1 ? ` (and ${count - 1} more)` : ''
  const places = list.slice(0, NAMED).map((each) => `${each.in} ${each.pointer}`.trim())
  return refuse('input-invalid', {
    detail: `${places[0]}: ${first?.detail}${more}`,
    reason: `input: ${places.join(', ')}`,
    members: { errors: list },
  })
}

/**
 * A schema that throws has a fault of its own, which is no client's: it goes the way of a handler's. In `observe` it
 * must not stand in anybody's way.
 */
function failed(mode: Mode, facts: Facts, { log, route }: Build, error: unknown): MaybePromise<Verdict> {
  if (mode === 'enforce') return Promise.reject(error)
  facts.input = undefined
  log.error({ event: 'input-failed', route, err: error }, 'a schema in observe threw')
  return undefined
}
