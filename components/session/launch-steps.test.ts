import { describe, expect, it } from 'vitest'
import type { SessionEventCode, SessionEventView } from '@/lib/domain/session-events'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import { launchSteps } from './launch-steps'

const start = Date.parse('2026-03-04T12:00:00Z')
const events = (...list: [SessionEventCode, number][]): SessionEventView[] =>
  list.map(([code, ms]) => ({ at: new Date(start + ms).toISOString(), code, text: `${code}!`, params: {} }))

function launch(state: SessionState, timeline: SessionEventView[], rest: { queuePosition?: number; pulling?: boolean } = {}) {
  const pull = rest.pulling ? { layers: 4, layersDone: 1, bytes: 10, bytesTotal: 100, status: '', timeLeftMs: null } : null
  return launchSteps({ state, timeline, pull, queuePosition: rest.queuePosition ?? null })
}
const brief = (result: ReturnType<typeof launch>) => result.steps.map(({ id, state }) => `${id} ${state}`)

describe('launchSteps', () => {
  it('shows a wait with its position, and nothing after it as begun', () => {
    const result = launch('queued', events(['launched', 0], ['queued', 10]), { queuePosition: 3 })
    expect(brief(result)).toEqual(['place active', 'create pending', 'start pending', 'answer pending', 'picture pending'])
    expect(result.steps[0]?.label).toBe('Waiting in the queue, position 3')
    expect(result.steps[0]?.beganAt).toBe(start)
  })

  it('gives each step the time since the one before, and the sum', () => {
    const timeline = events(
      ['launched', 0],
      ['placed', 20],
      ['created', 120],
      ['started', 400],
      ['answered', 900],
      ['first_viewer', 1100],
    )
    const result = launch('running', timeline)
    expect(result.steps.map((step) => step.durationMs)).toEqual([20, 100, 280, 500, 200])
    expect(result.totalMs).toBe(1100)
  })

  it('of a desktop that was kept ready shows what was left to do when it was taken', () => {
    const timeline = events(
      ['placed', -9000],
      ['started', -8000],
      ['answered', -7000],
      ['launched', 0],
      ['claimed', 4],
      ['first_viewer', 300],
    )
    const result = launch('running', timeline)
    expect(brief(result)).toEqual(['answer done', 'picture done'])
    expect(result.steps.map((step) => step.durationMs)).toEqual([4, 296])
    expect(result.totalMs).toBe(300)
  })

  it('has a step for the image only where it is fetched', () => {
    expect(brief(launch('starting', events(['launched', 0], ['placed', 5]))).join()).not.toContain('pull')
    const pulling = launch('starting', events(['launched', 0], ['placed', 5], ['pulling', 9]), { pulling: true })
    expect(brief(pulling)[1]).toBe('pull active')
    const pulled = launch('starting', events(['launched', 0], ['placed', 5], ['pulling', 9], ['pulled', 5009]))
    expect(brief(pulled).slice(1, 3)).toEqual(['pull done', 'create active'])
  })

  it('marks the step at which it failed', () => {
    const failed = launch('failed', events(['launched', 0], ['placed', 5], ['created', 50], ['started', 80], ['failed', 900]))
    expect(brief(failed).slice(2)).toEqual(['start done', 'answer failed', 'picture pending'].slice(0))
    expect(brief(launch('failed', events(['launched', 0], ['unplaceable', 3])))[0]).toBe('place failed')
  })

  it('starts over after a failed try and keeps what went wrong', () => {
    const timeline = events(['launched', 0], ['placed', 5], ['created', 50], ['attempt_failed', 90])
    const result = launch('starting', timeline)
    expect(brief(result).slice(0, 2)).toEqual(['place done', 'create active'])
    expect(result.setbacks).toEqual(['attempt_failed!'])
  })

  it('tells of the last launch only, where a session was stopped and resumed', () => {
    const first = events(
      ['launched', 0],
      ['placed', 5],
      ['created', 6],
      ['started', 7],
      ['answered', 8],
      ['stop_asked', 50],
      ['stopped', 60],
    )
    const result = launch('starting', [...first, ...events(['resume_asked', 100], ['placed', 130])])
    expect(brief(result).slice(0, 2)).toEqual(['place done', 'create active'])
    expect(result.steps[0]?.durationMs).toBe(30)
  })

  it('takes a resume from a pause for no launch', () => {
    const timeline = events(
      ['launched', 0],
      ['placed', 5],
      ['created', 6],
      ['started', 7],
      ['answered', 8],
      ['first_viewer', 9],
      ['pause_asked', 20],
      ['paused', 21],
      ['resume_asked', 30],
      ['resumed', 31],
    )
    expect(launch('running', timeline).totalMs).toBe(9)
  })
})
