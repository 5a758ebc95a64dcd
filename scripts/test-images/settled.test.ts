import { expect, test } from 'vitest'
import { isSettled, type Look, whatDesktopLacks, whatWindowLacks } from './settled'

const look = (sum: number): Look => ({ sum, leftColours: 900, middleColours: 900, bottomColours: 900 })

test('a picture is whole when it has been the same for a while, with a cursor that blinks too', () => {
  expect(isSettled([1, 2, 3, 4, 4, 4, 4, 4].map(look))).toBe(false)
  expect(isSettled([1, 2, 3, 4, 4, 4, 4, 4, 4].map(look))).toBe(true)
  expect(isSettled([1, 5, 6, 5, 6, 5, 6].map(look))).toBe(true)
  expect(isSettled([1, 1, 1].map(look))).toBe(false)
})

test('a desktop without its panel or without its icons is not whole', () => {
  expect(whatDesktopLacks({ ...look(1), leftColours: 60 })).toMatch('icons')
  expect(whatDesktopLacks({ ...look(1), bottomColours: 8 })).toMatch('panel')
  expect(whatDesktopLacks(look(1))).toBeNull()
})

test('a window that is one colour below its bars is not whole', () => {
  expect(whatWindowLacks({ ...look(1), middleColours: 12 })).toMatch('empty')
  expect(whatWindowLacks(look(1))).toBeNull()
})
