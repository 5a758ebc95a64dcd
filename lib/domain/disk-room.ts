// Whether an image fits on the disk of an agent. What is promised to be left is the same as in isDiskLow. Pure.
import type { ImageLayer } from './image-host'
import { GiB } from './workspace-image'

type Disk = { totalBytes: number | null; freeBytes: number | null }

/** What may still be filled before nothing starts there any more; null where the disk is not known. */
export function roomBytes({ totalBytes, freeBytes }: Disk): number | null {
  if (totalBytes === null || freeBytes === null) return null
  return Math.max(0, freeBytes - Math.max(5 * GiB, totalBytes * 0.05))
}

/** An unknown disk is no reason to do nothing: the engine says it when it is full. */
export function fits(needBytes: number, disk: Disk): boolean {
  const room = roomBytes(disk)
  return room === null || needBytes <= room
}

/** Layers that are there already take no room. */
export function missingBytes(layers: readonly ImageLayer[], held: ReadonlySet<string>): number {
  return layers.reduce((sum, layer) => sum + (held.has(layer.id) ? 0 : layer.sizeBytes), 0)
}

/** An engine unpacks the whole archive beside its images before it keeps the layers that it lacks. */
export function copyNeedBytes(layers: readonly ImageLayer[], held: ReadonlySet<string>): number {
  return layers.reduce((sum, layer) => sum + layer.sizeBytes, 0) + missingBytes(layers, held)
}
