// What a pull and a push tell layer by layer, added up to one figure for the page.
import type { PullProgress } from '@/lib/domain/container-host'

export type Layer = { bytes: number; total: number; done: boolean }

export const unknownLayer: Layer = { bytes: 0, total: 0, done: false }

export function sumLayers(layers: ReadonlyMap<string, Layer>, status: string): PullProgress {
  const all = [...layers.values()]
  return {
    layers: all.length,
    layersDone: all.filter((layer) => layer.done).length,
    bytes: all.reduce((sum, layer) => sum + layer.bytes, 0),
    bytesTotal: all.reduce((sum, layer) => sum + layer.total, 0),
    status,
  }
}

/** The engine tries a layer five times, some seconds apart, and says nothing else meanwhile. */
export function retryWords(said: string | undefined): string | null {
  const again = /^Retrying in (\d+) second/.exec(said ?? '')
  return again && `The registry broke off; next try in ${again[1]} s`
}
