import { describe, expect, it } from 'vitest'
import { timeLeft, timeLeftStaysMs } from './time-left'

const now = Date.parse('2026-03-04T12:00:00Z')
const after = (seconds: number) => new Date(now + seconds * 1000).toISOString()
const text = (seconds: number) => timeLeft(after(seconds), now)?.text

describe('timeLeft', () => {
  it('is nothing for a session without a limit, and for a time nobody can read', () => {
    expect(timeLeft(null, now)).toBeNull()
    expect(timeLeft('soon', now)).toBeNull()
  })

  it('never promises more time than there is', () => {
    expect(text(90 * 60 - 1)).toBe('1 h 29 min left')
    expect(text(59 * 60 + 59)).toBe('59 min left')
    expect(text(25 * 3600 + 3599)).toBe('1 d 1 h left')
  })

  it('counts the last minute in seconds and then says that time is up', () => {
    expect(text(59)).toBe('59 s left')
    expect(timeLeft(after(0), now)).toEqual({ text: 'Time is up', near: true, over: true })
    expect(timeLeft(after(-5), now)?.over).toBe(true)
  })

  it('announces from fifteen minutes before the end', () => {
    expect(timeLeft(after(15 * 60 + 1), now)?.near).toBe(false)
    expect(timeLeft(after(15 * 60), now)?.near).toBe(true)
  })
})

describe('timeLeftStaysMs', () => {
  it('renews each second near the end and when the minute turns before that', () => {
    expect(timeLeftStaysMs(after(30), now)).toBe(1000)
    expect(timeLeftStaysMs(after(10 * 60 + 3), now)).toBe(3050)
    expect(timeLeftStaysMs(after(10 * 60 + 45), now)).toBe(20_000)
  })
})
