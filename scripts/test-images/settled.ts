// When a picture of a desktop is whole: it has stopped changing, and what must be there is there.

export type Look = {
  /** The same for the same picture. */
  sum: number
  /** Colours where a desktop has its icons. */
  leftColours: number
  /** Colours below the bars that a window has at its top. */
  middleColours: number
  /** Colours where a desktop has its panel. */
  bottomColours: number
}

/** So many looks, half a second apart, at one picture. A cursor that blinks goes between two: both must have been seen before. */
const sameLooks = 6

export function isSettled(looks: readonly Look[]): boolean {
  const last = looks.slice(-sameLooks).map(({ sum }) => sum)
  const seen = [...new Set(last)].map((sum) => last.filter((other) => other === sum).length)
  return last.length === sameLooks && (seen.length === 1 || (seen.length === 2 && Math.min(...seen) > 1))
}

/** The backdrop alone is a gradient of few colours; icons and their labels are drawn with hundreds. */
export function whatDesktopLacks({ leftColours, bottomColours }: Look): string | null {
  if (bottomColours < 100) return `the panel is not drawn (${bottomColours} colours)`
  if (leftColours < 400) return `the icons are not drawn (${leftColours} colours)`
  return null
}

/** A page that is still on its way is one colour, and may stay so for long. */
export function whatWindowLacks({ middleColours }: Look): string | null {
  return middleColours < 60 ? `the window is still empty (${middleColours} colours)` : null
}
