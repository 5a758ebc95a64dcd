import { expect, test } from 'vitest'
import { otherName } from './other-name'

test.each([
  ['a.txt', 'a (2).txt'],
  ['a (2).txt', 'a (3).txt'],
  ['data.tar.gz', 'data (2).tar.gz'],
  ['Makefile', 'Makefile (2)'],
  ['.bashrc', '.bashrc (2)'],
  ['v1.2 notes', 'v1.2 notes (2)'],
])('beside %s there is room for %s', (name, other) => expect(otherName(name)).toBe(other))
