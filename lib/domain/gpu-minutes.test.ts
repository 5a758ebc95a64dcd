import { expect, test } from 'vitest'
import { newGpuMinutes } from './gpu-minutes'
import type { GpuReading } from './gpu-reading'

const reading = (uuid: string, utilizationPercent: number | null): GpuReading => ({
  uuid,
  utilizationPercent,
  memoryUsedBytes: 1000,
  temperatureCelsius: null,
  powerWatts: 70.25,
})
const at = (text: string) => new Date(`2026-01-01T${text}Z`)

test('a minute is told once it is over, as the average of what was read in it', () => {
  const add = newGpuMinutes()
  expect(add([reading('a', 10), reading('b', 0)], at('10:00:02'))).toBeNull()
  expect(add([reading('a', 21), reading('b', 0)], at('10:00:57'))).toBeNull()
  expect(add([reading('a', 99)], at('10:01:00'))).toEqual({
    minute: at('10:00:00'),
    values: [
      { uuid: 'a', utilizationPercent: 15.5, memoryUsedBytes: 1000, temperatureCelsius: null, powerWatts: 70.3 },
      { uuid: 'b', utilizationPercent: 0, memoryUsedBytes: 1000, temperatureCelsius: null, powerWatts: 70.3 },
    ],
  })
})

test('what was not told in a minute is null, and what was told only once counts alone', () => {
  const add = newGpuMinutes()
  add([reading('a', null)], at('10:00:02'))
  add([reading('a', 40)], at('10:00:07'))
  expect(add([reading('a', null)], at('10:01:00'))?.values[0]?.utilizationPercent).toBe(40)
  expect(add([], at('10:02:00'))?.values[0]?.utilizationPercent).toBeNull()
})

test('minutes without readings make no history of their own', () => {
  const add = newGpuMinutes()
  add([reading('a', 5)], at('10:00:02'))
  expect(add([reading('a', 7)], at('10:30:00'))?.minute).toEqual(at('10:00:00'))
  expect(add([reading('a', 7)], at('10:31:00'))?.minute).toEqual(at('10:30:00'))
})
