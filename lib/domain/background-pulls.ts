// Which images are to be fetched to an agent without anybody waiting for them. Pure.
import { digestReference } from './image-reference'
import { type HeldBuild, isBehind, runReference, type TagState } from './image-tag'
import { isDeclared } from './volume-mount'

/** What an enabled workspace image wants of an agent; the reference is in its normal form. */
export type WantedImage = {
  reference: string
  /** `sha256:…`; null follows the tag. */
  pinnedDigest: string | null
  agentGroup: string | null
  needsGpu: boolean
  bindSources: string[]
}

export type PullTarget = {
  enabled: boolean
  isUp: boolean
  diskLow: boolean
  groups: string[]
  bindPaths: string[]
  hasGpus: boolean
}

/** An agent that lists the reference, and the digest under which its registry knows it. */
export type ImageHolder = { reference: string; digest: string | null }

export type PullTry = { reference: string; attempts: number; nextTryAt: Date | null }

type Situation = {
  agent: PullTarget
  images: readonly WantedImage[]
  /** What is on the agent, by reference. */
  here: ReadonlyMap<string, HeldBuild>
  /** Of the whole fleet. */
  holders: readonly ImageHolder[]
  tags: readonly TagState[]
  tries: readonly PullTry[]
  now: Date
}

export type BackgroundPulls = {
  /** What never failed first, then what failed least. */
  pull: string[]
  /** Of the tries: nobody wants them here any more, or they are here. */
  forget: string[]
}

export function planBackgroundPulls({ agent, images, here, holders, tags, tries, now }: Situation): BackgroundPulls {
  const wanted = new Set(images.filter((image) => mayRun(image, agent)).map(runReference))
  const byReference = new Map(tags.map((tag) => [tag.reference, tag]))
  const isMissing = (reference: string) => !here.has(reference) && !isLocalOnly(reference, holders)
  const missing = [...wanted].filter((reference) => isMissing(reference) || isBehind(reference, here, byReference.get(reference)))
  const forget = tries.map((one) => one.reference).filter((reference) => !missing.includes(reference))
  // What cannot be fetched now is not forgotten: it will be wanted again.
  if (!agent.isUp || agent.diskLow) return { pull: [], forget }
  const tried = new Map(tries.map((one) => [one.reference, one]))
  const isDue = (reference: string) => (tried.get(reference)?.nextTryAt ?? now) <= now
  const attempts = (reference: string) => tried.get(reference)?.attempts ?? 0
  const pull = missing.filter(isDue).sort((a, b) => attempts(a) - attempts(b) || (a < b ? -1 : 1))
  return { pull, forget }
}

export function mayRun(image: WantedImage, agent: PullTarget): boolean {
  if (!agent.enabled) return false
  if (image.agentGroup !== null && !agent.groups.includes(image.agentGroup)) return false
  if (image.needsGpu && !agent.hasGpus) return false
  return image.bindSources.every((source) => isDeclared(source, agent.bindPaths))
}

/**
 * Held somewhere, and nowhere known by a registry: it was built or loaded there. No registry is asked for it, because whoever takes that name
 * in a public one would decide what runs here.
 */
export function isLocalOnly(reference: string, holders: readonly ImageHolder[]): boolean {
  const held = holders.filter((holder) => holder.reference === reference)
  return held.length > 0 && held.every((holder) => holder.digest === null)
}

/** The digest that the reference's own repository gave; the same image may have been pushed under other names as well. */
export function digestOf(reference: string, digests: readonly string[]): string | null {
  const start = digestReference(reference, '')
  return digests.find((digest) => digest.startsWith(start)) ?? null
}

const minuteMs = 60_000

/** A registry that said no will hardly say yes in a minute; one that was silent may be back. */
export function pullBackOffMs(attempts: number, refused: boolean): number {
  const mostMs = refused ? 6 * 60 * minuteMs : 15 * minuteMs
  return Math.min(mostMs, minuteMs * 2 ** Math.min(Math.max(0, attempts - 1), 16))
}

/** Null where nothing can be said yet. Layers whose size is not known yet come on top. */
export function pullTimeLeftMs(progress: { bytes: number; bytesTotal: number }, elapsedMs: number): number | null {
  if (progress.bytes <= 0 || elapsedMs < 2_000 || progress.bytesTotal <= progress.bytes) return null
  return ((progress.bytesTotal - progress.bytes) * elapsedMs) / progress.bytes
}
