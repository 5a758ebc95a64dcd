import { expect, test } from 'vitest'
import { readBody } from './answer-body'

function reading(headers: Record<string, string>, status = 200) {
  const reader = readBody({ status, headers: new Map(Object.entries(headers)), isKept: true })
  let body = ''
  const take = (text: string) => reader.take(Buffer.from(text, 'latin1'), (part) => (body += part.toString('latin1')))
  return { reader, take, body: () => body }
}
const chunked = { 'transfer-encoding': 'Chunked' }

test('a body of a length ends with its last byte, and what comes after is nobody’s', () => {
  const { reader, take, body } = reading({ 'content-length': '5' })
  take('abc')
  expect([reader.isOver(), reader.endsHere()]).toEqual([false, false])
  take('deHTTP/1.1 200 OK')
  expect([body(), reader.isOver(), reader.endsHere()]).toEqual(['abcde', true, true])
})

test('a body without a length ends with the connection', () => {
  const { reader, take, body } = reading({})
  take('abc')
  expect([body(), reader.isOver(), reader.endsHere()]).toEqual(['abc', false, true])
})

test.each([204, 304])('an answer %d has no body', (status) => {
  const { reader, take, body } = reading({ 'content-length': '5' }, status)
  take('abcde')
  expect([body(), reader.isOver()]).toEqual(['', true])
})

test('a body in chunks is the same wherever TCP cuts it, and without its last chunk it is not whole', () => {
  const text = '4\r\nabcd\r\n0a;name="x"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nmore'
  for (let cut = 1; cut < text.length; cut++) {
    const { reader, take, body } = reading(chunked)
    take(text.slice(0, cut))
    expect([cut, reader.endsHere()]).toEqual([cut, cut >= text.length - 4])
    take(text.slice(cut))
    expect([cut, body(), reader.isOver()]).toEqual([cut, 'abcd0123456789', true])
  }
})

test.each(['x\r\n', '-1\r\n', '0x5\r\n', '1\nab', '1\r\nab\r\n', '', 'f'.repeat(13), '1;\x01\r\n'].filter(Boolean))(
  'what is no chunk breaks the answer off: %j',
  (text) => {
    expect(() => reading(chunked).take(`${text}\r\n`)).toThrow('bad_answer')
  },
)

test('a chunk line without end is not collected for ever', () => {
  expect(() => reading(chunked).take('1'.repeat(5_000))).toThrow('bad_answer')
})

test.each([
  [{ 'content-length': '5', 'transfer-encoding': 'chunked' }],
  [{ 'transfer-encoding': 'gzip, chunked' }],
  [{ 'transfer-encoding': 'identity' }],
  [{ 'content-length': '-1' }],
  [{ 'content-length': '1, 1' }],
  [{ 'content-length': '0x10' }],
])('two opinions about the end of a body, or an odd one, are refused: %j', (headers) => {
  expect(() => readBody({ status: 200, headers: new Map(Object.entries(headers)), isKept: true })).toThrow('bad_answer')
})
