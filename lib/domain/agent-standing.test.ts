import { expect, test } from 'vitest'
import { agentStanding } from './agent-standing'

const up = { enabled: true, status: 'up' as const, drainedAt: null, slowSince: null }
const since = new Date()

test('an agent that does not answer is unreachable, whatever else is true of it', () => {
  expect(agentStanding({ enabled: false, status: 'unreachable', drainedAt: since, slowSince: since })).toBe('unreachable')
})

test('the worst that is true of an agent is what is said', () => {
  expect(agentStanding({ ...up, enabled: false, drainedAt: since })).toBe('disabled')
  expect(agentStanding({ ...up, status: 'new', drainedAt: since })).toBe('new')
  expect(agentStanding({ ...up, drainedAt: since, slowSince: since })).toBe('drained')
  expect(agentStanding({ ...up, slowSince: since })).toBe('slow')
  expect(agentStanding(up)).toBe('up')
})
