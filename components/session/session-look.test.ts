import { describe, expect, it } from 'vitest'
import { type SessionState, sessionStates, type Wanted } from '@/lib/domain/session-lifecycle'
import { sessionLook } from './session-look'

const settled: Partial<Record<SessionState, Wanted>> = { stopping: 'stopped', deleted: 'deleted' }
const look = (state: SessionState, wanted: Wanted, agentUnreachableSince: string | null = null) =>
  sessionLook({ state, wanted, agentUnreachableSince })

describe('sessionLook', () => {
  it('shows an unreachable agent over every state', () => {
    for (const state of sessionStates) expect(look(state, 'running', '2026-01-01T00:00:00Z').label).toBe('Unreachable')
  })

  it('names what was asked before it is seen', () => {
    expect(look('running', 'paused').label).toBe('Pausing')
    expect(look('paused', 'running').label).toBe('Resuming')
    expect(look('running', 'stopped').label).toBe('Stopping')
    expect(look('queued', 'stopped').label).toBe('Cancelling')
    expect(look('starting', 'stopped').label).toBe('Cancelling')
    expect(look('failed', 'deleted').label).toBe('Deleting')
    expect(look('stopping', 'running').label).toBe('Restarting')
  })

  it('shows the state itself once it is what was asked', () => {
    expect(look('running', 'running')).toEqual({ label: 'Running', icon: 'running', tone: 'ok' })
    expect(look('stopped', 'stopped').label).toBe('Stopped')
    expect(look('deleted', 'deleted').label).toBe('Deleted')
    expect(look('failed', 'running').label).toBe('Failed')
  })

  it('tells no two states apart by colour alone', () => {
    const signs = sessionStates.map((state) => look(state, settled[state] ?? 'running').label)
    expect(new Set(signs).size).toBe(sessionStates.length)
  })
})
