// Where an arrow key leads among tiles that stand in rows of any width. Pure: places are handed in as they are on the screen.

export type Place = { top: number; left: number }

/** The index to go to, or null where the key means nothing here or leads nowhere. */
export function tileAfterKey(key: string, at: number, places: readonly Place[]): number | null {
  const here = places[at]
  if (!here) return null
  const to = destination(key, at, here, places)
  return to === null || to === at || to < 0 || to >= places.length ? null : to
}

function destination(key: string, at: number, here: Place, places: readonly Place[]): number | null {
  switch (key) {
    case 'ArrowRight':
      return at + 1
    case 'ArrowLeft':
      return at - 1
    case 'Home':
      return 0
    case 'End':
      return places.length - 1
    case 'ArrowDown':
      return nearest(here, places, nextRow(here, places, 1))
    case 'ArrowUp':
      return nearest(here, places, nextRow(here, places, -1))
    default:
      return null
  }
}

function nextRow(here: Place, places: readonly Place[], direction: 1 | -1): number | null {
  const tops = places.map(({ top }) => top).filter((top) => (top - here.top) * direction > 0)
  return tops.length === 0 ? null : direction === 1 ? Math.min(...tops) : Math.max(...tops)
}

function nearest(here: Place, places: readonly Place[], rowTop: number | null): number | null {
  if (rowTop === null) return null
  let best: number | null = null
  for (const [index, place] of places.entries()) {
    if (place.top !== rowTop) continue
    if (best === null || Math.abs(place.left - here.left) < Math.abs((places[best]?.left ?? 0) - here.left)) best = index
  }
  return best
}
