import { describe, expect, it } from 'vitest'
import { durationUnit } from '@/components/form/duration-input'
import { storedFrom } from '@/components/form/scaled-number-input'
import type { ReferenceCheck } from './image-form-context'
import { referenceVerdict } from './reference-verdict'

const verdict = (check: Partial<ReferenceCheck>) =>
  referenceVerdict({ kind: 'answered', check: { present: [], pullable: null, problem: null, hint: null, tight: [], ...check } })

describe('what is said about a reference', () => {
  it('names the agents that hold it', () => {
    const present = ['a', 'b', 'c', 'd'].map((agentName) => ({ agentId: agentName, agentName }))
    expect(verdict({ present })?.text).toBe('It is on a, b, c and 1 more: it starts there at once.')
  })

  it('warns where it is nowhere and cannot be pulled, with the reason', () => {
    expect(verdict({ pullable: false, problem: 'The registry says: not found.' })).toEqual({
      tone: 'warn',
      text: 'It is on no agent and cannot be pulled. The registry says: not found.',
    })
  })

  it('warns of agents whose disk may be too small, with the numbers', () => {
    const present = [{ agentId: 'a', agentName: 'a' }]
    const tight = [{ agentName: 'small', needBytes: 12e9, roomBytes: 3e9 }]
    expect(verdict({ present, tight })).toMatchObject({
      tone: 'warn',
      text: expect.stringMatching(/may not fit on small: it takes up to 1[12]/),
    })
  })

  it('does not take “nobody could be asked” for a no', () => {
    expect(verdict({ problem: 'No agent answers.' })?.tone).toBe('unknown')
  })

  it('says nothing before anyone asked', () => {
    expect(referenceVerdict({ kind: 'none' })).toBeNull()
  })
})

describe('numbers as they are typed', () => {
  it('stores decimals in the smaller unit and nothing for what is no number', () => {
    expect(storedFrom('1.5', 1000)).toBe(1500)
    expect(storedFrom('0,25', 1000)).toBe(250)
    expect(storedFrom('', 1000)).toBeNull()
    expect(storedFrom('two', 1000)).toBeNull()
  })

  it('shows a duration in the largest unit without a remainder', () => {
    expect([durationUnit(5400), durationUnit(7200), durationUnit(86_400), durationUnit(90)]).toEqual(['min', 'h', 'd', 'min'])
  })
})
