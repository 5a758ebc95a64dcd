import { expect, test } from 'vitest'
import { inertText } from './inert-text'

test('terminal colours and commands leave no trace', () => {
  expect(inertText('\u001b[31mError\u001b[0m: \u001b]0;title\u0007no\u001b[2K\u001b[1A')).toBe('Error: no')
  expect(inertText('\u001b]8;;http://evil\u001b\\link\u001b]8;;\u001b\\')).toBe('link')
})

test('characters that reorder or hide text are taken out', () => {
  expect(inertText('a\u202egnp.exe\u2066b\u0000c\u0085d\u200ee')).toBe('agnp.exebcde')
})

test('tabs and line breaks stay, of every kind', () => {
  expect(inertText('a\tb\r\nc\rd\ne')).toBe('a\tb\nc\nd\ne')
})
