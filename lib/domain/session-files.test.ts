import { expect, test } from 'vitest'
import { contentDisposition, ExistingFileName, NewFileName, TransferRequest } from './session-files'

test.each(['a', 'ü.txt', '.hidden', '..a', 'a b', '-rf', '$(x)', 'n'.repeat(255), '👍'])('%j is a name', (name) => {
  expect(NewFileName.parse(name)).toBe(name)
})

const never = [
  '',
  '.',
  '..',
  '/',
  'a/b',
  '../x',
  '/etc/passwd',
  'a\0',
  '\ud800',
  'n'.repeat(256),
  'ü'.repeat(128),
  '.berth-upload-x',
]

test.each(never)('%j is never one', (name) => {
  expect(ExistingFileName.safeParse(name).success).toBe(false)
  expect(NewFileName.safeParse(name).success).toBe(false)
})

test.each(['a\nb', 'a\rb', '\x1b[31m', 'a\x7f', 'a\u0085'])('%j may be there already, and does not come in', (name) => {
  expect(ExistingFileName.safeParse(name).success).toBe(true)
  expect(NewFileName.safeParse(name).success).toBe(false)
})

test('a header cannot be ended, continued or misread by the name of a file', () => {
  expect(contentDisposition('report.pdf')).toBe(`attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`)
  expect(contentDisposition('Grüße 世界.txt')).toBe(
    `attachment; filename="Gr__e __.txt"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%E4%B8%96%E7%95%8C.txt`,
  )
  for (const name of [
    'a"; filename="b',
    'a\r\nSet-Cookie: x=1',
    'a;b',
    "a'b*c(d)",
    'a%22b',
    '../a',
    'a\\b',
    '\u202egpj.exe',
    '.htaccess',
    'a\u2028b',
  ]) {
    const header = contentDisposition(name)
    expect(header).toMatch(/^attachment; filename="[^"\\%;/\r\n]*"; filename\*=UTF-8''(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/)
    expect(header).not.toMatch(/%0[AD]|%2F|%5C|%E2%80%AE|filename="\./)
  }
})

test('what a web process may ask of a controller is known to the last field', () => {
  const ids = { sessionId: 'a'.repeat(24), userId: 'b'.repeat(24) }
  expect(TransferRequest.safeParse({ ...ids, kind: 'list' }).success).toBe(true)
  expect(TransferRequest.safeParse({ ...ids, kind: 'list', more: 1 }).success).toBe(false)
  expect(TransferRequest.safeParse({ ...ids, kind: 'read', folder: 'Desktop', name: 'x', maxBytes: 1 }).success).toBe(false)
  expect(TransferRequest.safeParse({ ...ids, kind: 'write', name: '../x', sizeBytes: 1, replace: false }).success).toBe(false)
})
