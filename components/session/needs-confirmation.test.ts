import { describe, expect, it } from 'vitest'
import { sessionStates } from '@/lib/domain/session-lifecycle'
import { cancelVerb } from './cancel-verb'
import { needsConfirmation } from './needs-confirmation'

describe('needsConfirmation', () => {
  it('lets a launch be taken back at once and asks before anything that can lose work', () => {
    for (const state of ['queued', 'starting'] as const) {
      expect(needsConfirmation('stop', { state, startedAt: null })).toBe(false)
      expect(needsConfirmation('delete', { state, startedAt: null })).toBe(false)
      // It ran before: deleting it takes away what could be resumed.
      expect(needsConfirmation('delete', { state, startedAt: '2026-01-01T00:00:00Z' })).toBe(true)
    }
    for (const state of sessionStates.filter((one) => one !== 'queued' && one !== 'starting')) {
      expect(needsConfirmation('stop', { state, startedAt: null })).toBe(true)
      expect(needsConfirmation('delete', { state, startedAt: null })).toBe(true)
    }
  })
})

describe('cancelVerb', () => {
  const started = '2026-01-01T00:00:00Z'
  const event = (code: 'started' | 'answered') => ({ at: started, code, text: '', params: {} })

  it('leaves nothing of a session that never ran, and keeps one that did', () => {
    expect(cancelVerb({ startedAt: null })).toBe('delete')
    expect(cancelVerb({ startedAt: started })).toBe('stop')
  })

  it('knows from the timeline that a container which never answered held nobody’s work', () => {
    expect(cancelVerb({ startedAt: started, timeline: [event('started')] })).toBe('delete')
    expect(cancelVerb({ startedAt: started, timeline: [event('started'), event('answered')] })).toBe('stop')
  })
})
