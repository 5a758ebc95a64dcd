import { describe, expect, test } from 'vitest'
import { drainMessage, drainTitle, endOf } from './drain-words'

const drain = { message: null, deadlineAt: null }
const [early, late] = ['2030-01-01T10:00:00.000Z', '2030-01-01T12:00:00.000Z']

describe('what a drained agent’s people are told', () => {
  test('ends at the limit of the session or at the deadline, whichever is first', () => {
    expect(endOf({ endsAt: late, drain: { ...drain, deadlineAt: early } })).toBe(early)
    expect(endOf({ endsAt: early, drain: { ...drain, deadlineAt: late } })).toBe(early)
    expect(endOf({ endsAt: null, drain: { ...drain, deadlineAt: late } })).toBe(late)
    expect(endOf({ endsAt: early, drain: null })).toBe(early)
    expect(endOf({ endsAt: null, drain })).toBe(null)
  })

  test('cannot reorder or hide what stands beside it', () => {
    expect(drainMessage({ ...drain, message: 'Update \u202etonight\u202c \u001b[2Jat\u0007 10' })).toBe('Update tonight at 10')
    expect(drainMessage({ ...drain, message: ' \u200e ' })).toBe(null)
  })

  test('is one short line in the tab', () => {
    expect(drainTitle({ ...drain, message: 'New\n\ndriver' })).toBe('New driver')
    expect(drainTitle({ ...drain, message: 'x'.repeat(500) })).toHaveLength(60)
    expect(drainTitle(drain)).toBe('Agent leaves service')
    expect(drainTitle(null)).toBe(null)
  })
})
