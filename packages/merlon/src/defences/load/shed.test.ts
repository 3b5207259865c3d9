import { describe, expect, test } from 'vitest'
import type { Refusal } from '../../contract/verdict.ts'
import { codeOf, Process, request } from './load.fixture.ts'

describe('a process that cannot keep up', () => {
  const at = (priority: string, lagMs: number, memory = 0) => {
    const process = new Process()
    process.pressure = { lagMs, memory }
    return codeOf(process.route({ priority, shed: { lag: '200ms', memory: 0.9 } }).step('shed', request()) as never)
  }

  test('sheds what has low priority first, and what is critical never', () => {
    const shed = (lagMs: number) => ['critical', 'high', 'normal', 'low'].filter((each) => at(each, lagMs))
    expect(shed(99)).toEqual([])
    expect(shed(100)).toEqual(['low'])
    expect(shed(200)).toEqual(['normal', 'low'])
    expect(shed(400)).toEqual(['high', 'normal', 'low'])
    expect(shed(60_000)).toEqual(['high', 'normal', 'low'])
  })

  test('sheds when its memory is short as well', () => {
    const shed = (memory: number) => ['critical', 'high', 'normal', 'low'].filter((each) => at(each, 0, memory))
    expect(shed(0.84)).toEqual([])
    expect(shed(0.86)).toEqual(['low'])
    expect(shed(0.9)).toEqual(['normal', 'low'])
    expect(shed(0.93)).toEqual(['high', 'normal', 'low'])
  })

  test('says why to the log, and to the client when to come back, a few seconds apart', () => {
    const process = new Process()
    process.pressure = { lagMs: 312.4, memory: 0 }
    const { step } = process.route({})
    const refusals = Array.from({ length: 200 }, () => step('shed', request()) as Refusal)
    expect(refusals[0]).toMatchObject({ code: 'overloaded', reason: 'load: the event loop is 312 ms late' })
    const seconds = new Set(refusals.map(({ headers = [] }) => headers[1]))
    expect([...seconds].sort()).toEqual(['1', '2', '3', '4', '5'])
  })

  test('reports in observe, and sheds nobody', () => {
    const process = new Process()
    process.pressure = { lagMs: 1000, memory: 0 }
    expect(process.route('observe').step('shed', request())).toBeUndefined()
    expect(process.observed).toMatchObject([{ code: 'overloaded' }])
  })

  test('has no such step where the runtime does not show how it is', () => {
    const process = new Process()
    process.pressure = undefined
    expect(process.route({}).steps['load.shed']).toBeUndefined()
  })
})
