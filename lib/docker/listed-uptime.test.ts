import { expect, test } from 'vitest'
import { isStartedBefore, leastUptimeMs } from './listed-uptime'

const minutes = 60_000
const hours = 60 * minutes

test.each([
  ['Up Less than a second', null],
  ['Up 1 second', 1_000],
  ['Up 42 seconds', 42_000],
  ['Up About a minute', minutes],
  ['Up 5 minutes (healthy)', 5 * minutes],
  ['Up About an hour', hours],
  ['Up 3 hours (Paused)', 2.5 * hours],
  ['Up 2 days', 47.5 * hours],
  ['Up 2 weeks', (14 * 24 - 0.5) * hours],
  ['Up 3 months', (90 * 24 - 0.5) * hours],
  ['Up 2 years', (730 * 24 - 0.5) * hours],
  ['Exited (0) 3 hours ago', null],
  ['Created', null],
  ['Restarting (1) 5 seconds ago', null],
])('"%s" is never taken for longer than it can be', (status, least) => expect(leastUptimeMs(status)).toBe(least))

test('a container that may have been started since it was looked at is looked at again', () => {
  expect(isStartedBefore('Up 3 hours', 10 * minutes)).toBe(true)
  expect(isStartedBefore('Up 3 hours', 2.5 * hours)).toBe(false)
  expect(isStartedBefore('Up 15 seconds', 15_000)).toBe(false)
  expect(isStartedBefore('Up Less than a second', 0)).toBe(false)
})
