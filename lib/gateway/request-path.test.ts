import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isForwardablePath, pathOfTarget } from './request-path'

test('takes the path of an origin-form target and nothing of any other form', () => {
  expect(pathOfTarget('/vnc.html?path=a#b')).toBe('/vnc.html')
  expect(pathOfTarget('/a#/../b')).toBe('/a')
  for (const target of ['http://evil.example/', '*', 'evil.example:443', '', undefined]) expect(pathOfTarget(target)).toBeNull()
})

test('whatever may be forwarded means the same to every parser [attack 8]', () => {
  const awkward = fc.constantFrom(
    '/',
    '.',
    '..',
    '%',
    '%2e',
    '%2f',
    ';',
    '\\',
    '\0',
    '?',
    '#',
    ' ',
    'api',
    'a',
    '-',
    '_',
    '\u00e9',
    '@',
    ':',
  )
  fc.assert(
    fc.property(fc.array(awkward, { maxLength: 12 }), (parts) => {
      const path = `/${parts.join('')}`
      if (!isForwardablePath(path)) return
      expect(path).toMatch(/^\/[\x21-\x7e]*$/)
      expect(new URL(path, 'https://session').pathname).toBe(path)
      expect(decodeURIComponent(path)).toBe(path)
      expect(path).not.toMatch(/\/\/|\/\.|[;\\%]|\/api(\/|$)/i)
    }),
    { numRuns: 2_000 },
  )
})

test('forwards what the clients of KasmVNC and noVNC ask for', () => {
  const wanted = [
    '/',
    '/vnc.html',
    '/websockify',
    '/assets/ui-BxY_9-z.js',
    '/app/locale/zh_CN.json',
    '/core/decoders/qoi/qoi_viewer_bg.wasm',
  ]
  for (const path of wanted) expect([path, isForwardablePath(path)]).toEqual([path, true])
})
