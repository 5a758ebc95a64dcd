import { describe, expect, it } from 'vitest'
import { launchAnswered, launchKey } from './launch-key'

describe('launchKey', () => {
  it('is another one for each launch that was answered', () => {
    const first = launchKey('a')
    launchAnswered('a', null)
    const second = launchKey('a')
    launchAnswered('a', { code: 'session_limit' })
    expect(new Set([first, second, launchKey('a')]).size).toBe(3)
  })

  it('stays the same while nobody knows whether the launch worked', () => {
    const key = launchKey('b')
    launchAnswered('b', { code: 'unreachable' })
    expect(launchKey('b')).toBe(key)
  })

  it('differs between workspaces and is a valid idempotency key', () => {
    expect(launchKey('c')).not.toBe(launchKey('d'))
    expect(launchKey('c')).toMatch(/^[0-9a-f]{32}$/)
  })
})
