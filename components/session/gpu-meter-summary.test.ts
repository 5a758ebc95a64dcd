import { expect, test } from 'vitest'
import { meterSummary } from './gpu-meter-summary'

const gpu = (utilizationPercent: number | null) => ({
  reading: { utilizationPercent, memoryUsedBytes: null, temperatureCelsius: null, powerWatts: null, at: '' },
})

test('the meter shows the mean of what was measured, and says so when nothing was', () => {
  expect(meterSummary([gpu(40)])).toEqual({ utilizationPercent: 40, words: 'My GPU: 40 % in use' })
  expect(meterSummary([gpu(20), gpu(null), gpu(80)])).toEqual({
    utilizationPercent: 50,
    words: 'My 3 GPUs: 50 % in use on average',
  })
  expect(meterSummary([gpu(null), { reading: null }])).toEqual({ utilizationPercent: null, words: 'My 2 GPUs: not measured' })
})
