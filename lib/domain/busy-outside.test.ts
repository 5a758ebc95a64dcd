import { expect, test } from 'vitest'
import { newBusyOutside, type OutsideLook } from './busy-outside'

const MiB = 1024 * 1024
const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000)
const look = (over: Partial<OutsideLook> = {}): OutsideLook => ({
  id: 'g',
  held: false,
  migEnabled: false,
  memoryUsedBytes: 0,
  busyOutsideSince: null,
  ...over,
})
const busy = look({ memoryUsedBytes: 2048 * MiB })
const nothing = { began: [], ended: [] }

test('a GPU whose memory is used while nobody holds it is busy outside after two readings', () => {
  const see = newBusyOutside()
  expect(see([look()], at(0))).toEqual(nothing)
  expect(see([busy], at(30))).toEqual(nothing)
  expect(see([busy], at(35))).toEqual({ began: ['g'], ended: [] })
})

test('one reading alone, and what the driver itself takes, is nobody’s work', () => {
  const see = newBusyOutside()
  see([look()], at(0))
  expect(see([busy], at(30))).toEqual(nothing)
  expect(see([look({ memoryUsedBytes: 200 * MiB })], at(35))).toEqual(nothing)
  expect(see([busy], at(40))).toEqual(nothing)
})

test('what a session leaves behind is given twenty seconds to go', () => {
  const see = newBusyOutside()
  see([{ ...busy, held: true }], at(0))
  see([busy], at(5))
  expect(see([busy], at(20))).toEqual(nothing)
  expect(see([busy], at(24))).toEqual(nothing)
  expect(see([busy], at(25))).toEqual({ began: ['g'], ended: [] })
})

test('a controller that has just begun waits as long, for it knows of no hold before', () => {
  const see = newBusyOutside()
  expect(see([busy], at(0))).toEqual(nothing)
  expect(see([busy], at(5))).toEqual(nothing)
})

test('it ends when the memory is given back or a session holds the GPU, and not because a number is missing', () => {
  const known = { ...busy, busyOutsideSince: at(0) }
  const see = newBusyOutside()
  expect(see([known], at(30))).toEqual(nothing)
  expect(see([{ ...known, memoryUsedBytes: null }], at(35))).toEqual(nothing)
  expect(see([{ ...known, memoryUsedBytes: 4 * MiB }], at(40))).toEqual({ began: [], ended: ['g'] })
  expect(see([{ ...known, held: true }], at(45))).toEqual({ began: [], ended: ['g'] })
})

test('the memory of a GPU with MIG on is that of its slices', () => {
  const see = newBusyOutside()
  see([look()], at(0))
  see([{ ...busy, migEnabled: true }], at(30))
  expect(see([{ ...busy, migEnabled: true }], at(35))).toEqual(nothing)
})
