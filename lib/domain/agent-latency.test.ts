import { describe, expect, test } from 'vitest'
import { type Latency, noteLatency, quickBelowMs, slowFromMs, typicalMs } from './agent-latency'

const from = (samples: number[], slow = false): Latency => samples.reduce(noteLatency, { samples: [], slow })

describe('an agent', () => {
  test('is not slow for one or two calls that took long', () => {
    expect(from([9_000, 9_000]).slow).toBe(false)
    expect(from([20, 20, 9_000, 20, 9_000]).slow).toBe(false)
  })

  test('is slow once most of its last calls took long', () => {
    expect(from([slowFromMs + 1, slowFromMs + 1, slowFromMs + 1])).toMatchObject({ slow: true })
    expect(from([20, 20, 5_000, 5_000, 5_000]).slow).toBe(true)
  })

  test('stays as it is between the two thresholds, and is quick again only below the lower one', () => {
    const between = (quickBelowMs + slowFromMs) / 2
    expect(from([between, between, between, between, between], true).slow).toBe(true)
    expect(from([between, between, between, between, between], false).slow).toBe(false)
    expect(from([between, between, 100, 100, 100], true).slow).toBe(false)
  })

  test('forgets what took long five calls ago', () => {
    expect(from([9_000, 9_000, 9_000, 10, 10, 10, 10, 10])).toEqual({ samples: [10, 10, 10, 10, 10], slow: false })
  })

  test('is not made quick or slow by a clock that jumps once', () => {
    expect(from([20, 20, 20, 86_400_000, 20]).slow).toBe(false)
    expect(from([2_000, 2_000, 2_000, -86_400_000, 2_000])).toMatchObject({ slow: true })
  })

  test('shows what most calls took', () => {
    expect(typicalMs(from([10, 5_000, 30]))).toBe(30)
    expect(typicalMs(from([]))).toBe(null)
  })
})
