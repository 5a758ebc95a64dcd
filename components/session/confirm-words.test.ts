import { describe, expect, it } from 'vitest'
import { sessionStates } from '@/lib/domain/session-lifecycle'
import { confirmWords, needsConfirmation } from './confirm-words'

const session = { imageName: 'Notebook', state: 'running', gpus: [{ uuid: 'GPU-1', model: 'L40S' }], gpusWanted: 1 } as const

describe('confirmWords', () => {
  it('names the session, says that the home is kept and that it may come back elsewhere with other GPUs', () => {
    const words = confirmWords('stop', { ...session, gpus: [...session.gpus] })
    expect(words.title).toBe('Stop “Notebook”?')
    expect(words.destroyed.join(' ')).toContain('L40S')
    expect(words.kept).toMatch(/home .* kept.*made anew.*another agent with other GPUs/)
  })

  it('says nothing of GPUs where none are held', () => {
    const words = confirmWords('stop', { ...session, gpus: [], gpusWanted: 0 })
    expect([words.kept, ...words.destroyed].join(' ')).not.toContain('GPU')
  })

  it('claims no running program for a session without a container', () => {
    expect(confirmWords('delete', { ...session, gpus: [], state: 'stopped' }).destroyed).toHaveLength(1)
    expect(confirmWords('delete', { ...session, gpus: [], state: 'running' }).destroyed).toHaveLength(3)
    expect(confirmWords('delete', { ...session, gpus: [], state: 'stopped' }).kept).toContain('home')
  })
})

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
