import { describe, expect, it } from 'vitest'
import { tileAfterKey } from './tile-navigation'

/** Rows of three, the last one not full: 0 1 2 / 3 4 5 / 6 7 */
const places = Array.from({ length: 8 }, (_, index) => ({ top: Math.floor(index / 3) * 100, left: (index % 3) * 200 }))
const go = (key: string, at: number) => tileAfterKey(key, at, places)

describe('tileAfterKey', () => {
  it('goes along the tiles and over the end of a row', () => {
    expect([go('ArrowRight', 0), go('ArrowRight', 2), go('ArrowLeft', 3)]).toEqual([1, 3, 2])
  })

  it('goes up and down in its column, and to the nearest tile where the row below is shorter', () => {
    expect([go('ArrowDown', 1), go('ArrowUp', 4), go('ArrowDown', 5)]).toEqual([4, 1, 7])
  })

  it('stays at the edges', () => {
    expect([go('ArrowLeft', 0), go('ArrowRight', 7), go('ArrowUp', 1), go('ArrowDown', 7)]).toEqual([null, null, null, null])
  })

  it('goes to both ends', () => {
    expect([go('Home', 5), go('End', 5), go('End', 7)]).toEqual([0, 7, null])
  })

  it('leaves every other key alone', () => {
    expect([go('Enter', 1), go('a', 1), go('Tab', 1)]).toEqual([null, null, null])
    expect(tileAfterKey('ArrowRight', 3, [])).toBeNull()
  })
})
