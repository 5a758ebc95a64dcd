import { describe, expect, test } from 'vitest'
import { evenly, overTime, plotLine, summary } from './plot-line'

const plot = { width: 100, height: 20, max: 100 }

describe('a line of measured values', () => {
  test('runs from left to right, high values up', () => {
    expect(plotLine(evenly([0, 50, 100]), plot)).toBe('M0 20L50 10L100 0')
  })

  test('has a gap where nothing was measured, and a dash for a value alone', () => {
    expect(plotLine(evenly([0, null, 100, 100, null]), plot)).toBe('M0 20h1M50 0L75 0')
    expect(plotLine(evenly([null, null]), plot)).toBe('')
    expect(plotLine([], plot)).toBe('')
  })

  test('never leaves its frame', () => {
    expect(plotLine(evenly([-5, 250]), plot)).toBe('M0 20L100 0')
  })

  test('keeps the peak of every few minutes, and shows missing hours as a gap', () => {
    const at = (minute: number) => new Date(minute * 60_000).toISOString()
    const samples = [0, 1, 2, 3, 8].map((minute) => ({ at: at(minute), value: minute === 1 ? 90 : 10 }))
    const points = overTime(samples, (sample) => sample.value, { fromMs: 0, toMs: 10 * 60_000, steps: 5 })
    expect(points.map((point) => point.value)).toEqual([90, 10, null, null, 10])
    expect(points.map((point) => point.x)).toEqual([0.1, 0.3, 0.5, 0.7, 0.9])
  })

  test('leaves out what lies before or after the axis', () => {
    const samples = [{ at: new Date(-1).toISOString() }, { at: new Date(60_000).toISOString() }]
    expect(overTime(samples, () => 1, { fromMs: 0, toMs: 60_000, steps: 1 })).toEqual([{ x: 0.5, value: null }])
  })

  test('is told in words from what was measured alone', () => {
    expect(summary([null, 10, 30, null])).toEqual({ low: 10, high: 30, mean: 20 })
    expect(summary([null])).toBeNull()
  })
})
