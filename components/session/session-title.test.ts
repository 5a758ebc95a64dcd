import { describe, expect, it } from 'vitest'
import { sessionTitle } from './session-title'

const base = { name: 'Notebook', stateLabel: 'Running', left: null, reconnecting: false }

describe('sessionTitle', () => {
  it('leads with the state', () => {
    expect(sessionTitle(base)).toBe('Running · Notebook')
    expect(sessionTitle({ ...base, reconnecting: true })).toBe('Reconnecting · Notebook')
  })

  it('leads with the time left once that is near, whatever else is going on', () => {
    const left = { text: '14 min left', near: true, over: false }
    expect(sessionTitle({ ...base, left, reconnecting: true })).toBe('14 min left · Notebook')
    expect(sessionTitle({ ...base, left: { ...left, near: false } })).toBe('Running · Notebook')
  })

  it('carries what an administrator has to say', () => {
    const left = { text: '14 min left', near: true, over: false }
    expect(sessionTitle({ ...base, notice: 'New driver tonight' })).toBe('New driver tonight · Notebook')
    expect(sessionTitle({ ...base, left, notice: 'New driver tonight' })).toBe('14 min left · New driver tonight · Notebook')
  })
})
