import { expect, test } from 'vitest'
import { isSettled, type Look, lookAt, whatDesktopLacks, whatWindowLacks } from './settled'

const look = (sum: number): Look => ({ sum, leftColours: 900, middleShare: 0.3, bottomColours: 900 })

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
  expect(whatWindowLacks({ ...look(1), middleShare: 0.005 })).toMatch('empty')
  expect(whatWindowLacks(look(1))).toBeNull()
})

test('a picture is read by its regions: icons at the left, windows in the middle, the panel below', () => {
  const [width, height] = [400, 200]
  const data = new Uint8Array(width * height * 4).fill(255)
  const colour = (x: number, y: number, value: number) => data.set([value, 0, 0, 255], (y * width + x) * 4)
  for (let at = 0; at < 50; at++) colour(at, 10, at)
  for (let at = 0; at < 80; at++) colour(at, 190, at)
  const plain = lookAt({ width, height, data })
  expect(plain).toMatchObject({ leftColours: 51, middleShare: 0, bottomColours: 81 })
  for (let at = 0; at < 11_600; at++) colour(at % 400, 60 + Math.floor(at / 400), 7)
  const window = lookAt({ width, height, data })
  expect(window.middleShare).toBeCloseTo(11_600 / (116 * 400))
  expect(window.sum).not.toBe(plain.sum)
})
