import { expect, test } from 'vitest'
import { readTextFrame, textFrame } from './web-socket-probe'

test.each([[null], [Uint8Array.of(1, 2, 3, 255)]])('a text comes back as it was sent, however it is cut (mask %j)', (mask) => {
  const frame = textFrame('grüße', mask)
  for (let length = 0; length < frame.length; length++) expect(readTextFrame(frame.subarray(0, length))).toBe('more')
  expect(readTextFrame(frame)).toBe('grüße')
})

test('anything but one short text is refused at once', () => {
  expect(readTextFrame(Uint8Array.of(0x82, 1, 65))).toBe(null)
  expect(readTextFrame(Uint8Array.of(0x81, 126, 0, 200))).toBe(null)
  expect(() => textFrame('x'.repeat(126), null)).toThrow(RangeError)
})
