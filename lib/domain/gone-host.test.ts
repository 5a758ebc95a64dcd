import { expect, test } from 'vitest'
import { goneAfterMinutes, notGone } from './gone-host'

const now = new Date('2026-03-01T12:00:00Z')
const away = (seconds: number, status = 'unreachable') => ({
  name: 'rack-1',
  status,
  unreachableSince: new Date(now.getTime() - seconds * 1000),
})

test('what answers, or was never looked at, is not gone', () => {
  expect(notGone(away(3600, 'up'), now)?.message).toBe('"rack-1" is not unreachable.')
  expect(notGone(away(3600, 'new'), now)).not.toBeNull()
  expect(notGone({ ...away(0), unreachableSince: null }, now)).not.toBeNull()
})

test('what has been silent for a short while only may be restarting, and it is said how long to wait', () => {
  expect(notGone(away(0), now)?.hint).toContain(`in ${goneAfterMinutes} minutes`)
  expect(notGone(away(goneAfterMinutes * 60 - 1), now)?.hint).toContain('in a minute')
  expect(notGone(away(goneAfterMinutes * 60), now)).toBeNull()
})
