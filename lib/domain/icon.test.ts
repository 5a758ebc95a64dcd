import { expect, test } from 'vitest'
import { iconMediaType, maxIconBytes } from './icon'

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])

test('a picture is known by its bytes', () => {
  expect(iconMediaType(png)).toBe('image/png')
  expect(iconMediaType(new TextEncoder().encode('GIF89a…'))).toBe('image/gif')
})

test.each([
  ['nothing', new Uint8Array()],
  ['too much', new Uint8Array(maxIconBytes + 1)],
  ['an SVG with script', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['HTML', new TextEncoder().encode('<!doctype html><script>1</script>')],
])('%s is refused', (_what, bytes) => {
  expect(() => iconMediaType(bytes)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
})
