import { expect, test } from 'vitest'
import type { SessionEventCode } from '@/lib/domain/session-events'
import { failureTitle } from './failure-title'

const title = (...codes: SessionEventCode[]) => {
  const timeline = codes.map((code, at) => ({ at: new Date(at * 1_000).toISOString(), code, text: code, params: {} }))
  return failureTitle({ imageName: 'Desktop', state: 'failed', timeline, pull: null, queuePosition: null })
}

test('a desktop that had answered has ended, one that never did could not start', () => {
  expect(title('launched', 'placed', 'created', 'started', 'answered', 'first_viewer', 'failed')).toBe('Desktop has ended')
  expect(title('launched', 'placed', 'created', 'started', 'failed')).toBe('Desktop could not start')
})

test('only the last start counts', () => {
  const first = ['launched', 'placed', 'created', 'started', 'answered', 'failed'] as const
  expect(title(...first, 'retry_asked', 'placed', 'created', 'failed')).toBe('Desktop could not start')
})
