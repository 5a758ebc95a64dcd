import { expect, test } from 'vitest'
import { pairsIn } from './key-value-editor'

test('lines of an .env file become pairs, without comments, exports and quotes', () => {
  expect(pairsIn('A=1\r\n\n# note\nexport B="two words"\nC=\'x=y\'\nD=\n')).toEqual([
    { key: 'A', value: '1' },
    { key: 'B', value: 'two words' },
    { key: 'C', value: 'x=y' },
    { key: 'D', value: '' },
  ])
})

test('text that is not only pairs is pasted as the text it is', () => {
  expect(pairsIn('MY_NAME')).toEqual([])
  expect(pairsIn('A=1\nand more')).toEqual([])
  expect(pairsIn('https://example.com/?a=b')).toEqual([])
})
