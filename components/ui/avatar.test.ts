import { expect, test } from 'vitest'
import { initialsOf } from './avatar'

test('initials come from the first and last word, or the first two letters', () => {
  expect(['Ada Lovelace', 'ada', 'jean-luc.van damme', 'Ö', '𝒜lan turing', ''].map(initialsOf)).toEqual([
    'AL',
    'AD',
    'JD',
    'Ö',
    '𝒜T',
    '?',
  ])
})
