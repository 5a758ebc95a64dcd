import { expect, test } from 'vitest'
import { HeadReader } from './answer-head'

const whole = 'HTTP/1.1 200 OK\r\nContent-Type: text/html \r\nX-Empty:\r\ncontent-length: 4\r\n\r\nbody'

function headOf(text: string) {
  const reader = new HeadReader()
  return { head: reader.take(Buffer.from(text, 'latin1')), rest: () => reader.rest().toString('latin1') }
}

test('reads status, headers by lower-case name, and what came along after them', () => {
  const { head, rest } = headOf(whole)
  expect(head?.status).toBe(200)
  expect([...(head?.headers ?? [])]).toEqual([
    ['content-type', 'text/html'],
    ['x-empty', ''],
    ['content-length', '4'],
  ])
  expect(rest()).toBe('body')
})

test('reads the same wherever TCP cuts it, also when each piece overwrites the one before', () => {
  const headBytes = whole.length - 'body'.length
  for (let cut = 1; cut < headBytes; cut++) {
    const reader = new HeadReader()
    const buffer = Buffer.alloc(whole.length)
    const heads = [whole.slice(0, cut), whole.slice(cut)].map((part) =>
      reader.take(buffer.subarray(0, buffer.write(part, 'latin1'))),
    )
    expect([cut, heads.filter(Boolean).map((head) => head?.headers.get('content-length'))]).toEqual([cut, ['4']])
    expect(reader.rest().toString()).toBe('body')
  }
})

test.each([
  'HTTP/2 200 OK\r\n\r\n',
  'HTTP/1.1 20 OK\r\n\r\n',
  'HTTP/1.1 2000 OK\r\n\r\n',
  'HTTP/1.1 200 O\x01K\r\n\r\n',
  'RFB 003.008\n\r\n\r\n',
  'HTTP/1.1 200 OK\r\nno colon\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA: b\nSet-Cookie: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n',
  'HTTP/1.1 200 OK\r\nA: \0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n',
  `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(16 * 1024)}\r\n\r\n`,
  'x'.repeat(16 * 1024),
  // Would take a backtracking expression longer than anybody waits.
  `HTTP/1.1 200 OK\r\nA:${' '.repeat(15 * 1024)}\x01\r\n\r\n`,
])('what is not plainly the head of an answer is none: %j', (text) => {
  expect(() => headOf(text)).toThrow('bad_answer')
})
