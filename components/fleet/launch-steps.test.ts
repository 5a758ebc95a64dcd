import { describe, expect, it } from 'vitest'
import { agentStandings } from '@/lib/domain/agent-standing'
import { agentLooks, reachWords } from './agent-status'
import { bytesOf, coresOf, diskOf, gpusOf } from './capacity-words'
import { type Launch, scaleMs, stepSpans } from './launch-steps'

const launch = (times: Partial<Launch> = {}): Launch => ({
  sessionId: 's',
  imageName: 'Desktop',
  owner: 'anna',
  at: '2026-01-01T00:00:00Z',
  state: 'running',
  placedMs: 10,
  createdMs: 120,
  startedMs: 300,
  answeredMs: 900,
  firstViewerMs: 1400,
  ...times,
})

describe('the bar of a launch', () => {
  it('puts each step where the one before it ended', () => {
    expect(stepSpans(launch()).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 10],
      [10, 120],
      [120, 300],
      [300, 900],
      [900, 1400],
    ])
  })

  it('leaves out what did not happen instead of drawing it at zero', () => {
    const spans = stepSpans(launch({ createdMs: null, answeredMs: null, firstViewerMs: null }))
    expect(spans.map((span) => span.step)).toEqual(['placed', 'started'])
    expect(spans[1]?.fromMs).toBe(10)
  })

  it('never draws a step backwards where clocks disagree', () => {
    for (const span of stepSpans(launch({ startedMs: 100 }))) expect(span.toMs).toBeGreaterThanOrEqual(span.fromMs)
  })

  it('keeps quick launches readable beside one that waited for an hour', () => {
    const slow = launch({ placedMs: 3_600_000, createdMs: null, startedMs: null, answeredMs: 3_601_000, firstViewerMs: null })
    expect(scaleMs([launch(), launch(), slow])).toBe(5600)
  })

  it('takes its scale from launches that came through', () => {
    const stuck = launch({ createdMs: 120, startedMs: null, answeredMs: null, firstViewerMs: null })
    const slow = launch({ answeredMs: 6000, firstViewerMs: 9000 })
    expect(scaleMs([stuck, stuck, stuck, slow])).toBe(9000)
  })

  it('has a scale before anything was launched', () => {
    expect(scaleMs([])).toBe(1000)
  })
})

describe('an agent in words', () => {
  it('has a word of its own for each standing', () => {
    const labels = agentStandings.map((standing) => agentLooks[standing].label)
    expect(new Set(labels).size).toBe(agentStandings.length)
  })

  it('says that the way to its sessions is not known before the first one', () => {
    expect(reachWords(null)).toContain('not known yet')
    expect(reachWords('bridge')).toContain('Docker bridge')
  })
})

describe('capacity in words', () => {
  it('never shows unknown as zero', () => {
    expect(coresOf({ held: 1500, total: null })).toBe('1.5 / – cores')
    expect(bytesOf({ held: null, total: null })).toBe('– / –')
    expect(diskOf({ totalBytes: 100, freeBytes: null })).toEqual({ held: null, total: 100 })
  })

  it('says none where an agent has no GPU', () => {
    expect(gpusOf({ held: 0, total: 0 })).toBe('none')
    expect(gpusOf({ held: 1, total: 8 })).toBe('1 / 8')
  })
})
