import { expect, test } from 'vitest'
import { allowsVerb, canBecome, holdsResources, isMoving, sessionStates } from './session-lifecycle'

test('from every state but deleted a session can still be deleted', () => {
  for (const state of sessionStates) expect(allowsVerb(state, 'delete')).toBe(state !== 'deleted')
})

test('deleted is the end', () => {
  for (const state of sessionStates) expect(canBecome('deleted', state)).toBe(false)
})

test('starting, running, paused and stopping hold resources, the rest nothing', () => {
  expect(sessionStates.filter(holdsResources)).toEqual(['starting', 'running', 'paused', 'stopping'])
})

test('nothing that holds resources ends without being seen stopped, failed, lost or deleted', () => {
  for (const from of sessionStates.filter(holdsResources)) {
    expect(canBecome(from, 'deleted')).toBe(false)
  }
})

test('a session rests only where it is wanted to be', () => {
  expect(isMoving({ state: 'running', wanted: 'running' })).toBe(false)
  expect(isMoving({ state: 'running', wanted: 'stopped' })).toBe(true)
  expect(isMoving({ state: 'starting', wanted: 'running' })).toBe(true)
  expect(isMoving({ state: 'failed', wanted: 'running' })).toBe(false)
  expect(isMoving({ state: 'failed', wanted: 'deleted' })).toBe(true)
})
