import { describe, expect, test } from 'vitest'
import { findTaggedFiles, rowsIn, withoutTag } from './attack-tags'
import { rows } from './rows'

const ours = [...Array.from({ length: 39 }, (_, index) => index + 1), 47]

describe('the rows of attacks', () => {
  test('are those of the gateway and the portal, in order, each with what must be seen', () => {
    expect(rows.map(({ number }) => number)).toEqual(ours)
    for (const { attack, expected } of rows) expect([attack, expected]).not.toContain('')
  })

  test('each has a test that names it or a reason why it has none, and never both', () => {
    const named = new Set(findTaggedFiles().flatMap((file) => file.rows))
    const neither = rows.filter(({ number, leftOut }) => !named.has(number) && !leftOut)
    const both = rows.filter(({ number, leftOut }) => named.has(number) && leftOut)
    expect(neither.map(({ number }) => number)).toEqual([])
    expect(both.map(({ number }) => number)).toEqual([])
  })

  test('no test names a row that does not exist', () => {
    const unknown = findTaggedFiles().filter((file) => file.rows.some((row) => !ours.includes(row)))
    expect(unknown).toEqual([])
  })

  test('a name may carry several rows, and is told without them', () => {
    const name = ['a door stays shut', '[attack', '4,', '17]'].join(' ')
    expect(rowsIn(name)).toEqual([4, 17])
    expect(withoutTag(name)).toBe('a door stays shut')
  })
})
