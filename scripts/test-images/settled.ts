// When a picture of a desktop is whole: it has stopped changing, and what must be there is there.

export type Look = {
  /** The same for the same picture. */
  sum: number
  /** Colours where a desktop has its icons. */
  leftColours: number
  /** How much is not of the commonest colour, below the bars that a window has at its top. */
  middleShare: number
  /** Colours where a desktop has its panel. */
  bottomColours: number
}

type Picture = { width: number; height: number; data: Uint8Array }

export function lookAt({ width, height, data }: Picture): Look {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height)
  const bottomFrom = (height - 34) * width
  const above = pixels.subarray(0, bottomFrom)
  const middle = countOf(above.subarray(Math.floor(height / 4) * width))
  return {
    sum: pixels.reduce((sum, pixel) => (Math.imul(sum, 31) + pixel) | 0, 0),
    leftColours: countOf(above.filter((_, at) => at % width < 100)).size,
    middleShare: 1 - most(middle) / (bottomFrom - Math.floor(height / 4) * width),
    bottomColours: countOf(pixels.subarray(bottomFrom)).size,
  }
}

function most(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((a, b) => Math.max(a, b), 0)
}

function countOf(pixels: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  return counts
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

/** A page that is still on its way is one colour but for a line that says so, and may stay so for long. */
export function whatWindowLacks({ middleShare }: Look): string | null {
  return middleShare < 0.02 ? `the window is still empty (${(middleShare * 100).toFixed(1)} %)` : null
}
