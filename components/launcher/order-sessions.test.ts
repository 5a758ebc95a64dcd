import { describe, expect, it } from 'vitest'
import type { SessionState, Wanted } from '@/lib/domain/session-lifecycle'
import { orderSessions } from './order-sessions'

const session = (state: SessionState, wanted: Wanted, day: number) => ({ state, wanted, createdAt: `2026-01-0${day}T00:00:00Z` })

describe('orderSessions', () => {
  it('puts what runs, waits or moves before what rests, newest first', () => {
    const list = [
      session('stopped', 'stopped', 9),
      session('running', 'running', 1),
      session('failed', 'running', 8),
      session('queued', 'running', 5),
      session('stopped', 'deleted', 2),
    ]
    expect(orderSessions(list).map(({ createdAt }) => createdAt[9])).toEqual(['5', '2', '1', '9', '8'])
  })

  it('leaves what it was given alone', () => {
    const list = [session('stopped', 'stopped', 1), session('running', 'running', 2)]
    orderSessions(list)
    expect(list[0]?.state).toBe('stopped')
  })
})
