import { expect, test } from 'vitest'
import { copyNeedBytes, fits, missingBytes, roomBytes } from './disk-room'
import { GiB } from './workspace-image'

test('5 GiB or 5 % of a disk stay free, whichever is more', () => {
  expect(roomBytes({ totalBytes: 50 * GiB, freeBytes: 8 * GiB })).toBe(3 * GiB)
  expect(roomBytes({ totalBytes: 1000 * GiB, freeBytes: 60 * GiB })).toBe(10 * GiB)
  expect(roomBytes({ totalBytes: 50 * GiB, freeBytes: GiB })).toBe(0)
})

test('what fits exactly fits, and an unknown disk takes anything', () => {
  const disk = { totalBytes: 50 * GiB, freeBytes: 8 * GiB }
  expect([fits(3 * GiB, disk), fits(3 * GiB + 1, disk)]).toEqual([true, false])
  expect(fits(1000 * GiB, { totalBytes: null, freeBytes: null })).toBe(true)
})

test('layers that are there take no room; a copy takes the whole archive besides', () => {
  const layers = [
    { id: 'base', sizeBytes: 100 },
    { id: 'top', sizeBytes: 7 },
  ]
  expect(missingBytes(layers, new Set(['base']))).toBe(7)
  expect(copyNeedBytes(layers, new Set(['base']))).toBe(114)
})
