// Which images are to be brought to an agent without anybody waiting for them. Pure.
import { fits } from './disk-room'
import { copyFor, type ImageHolder, isLocalOnly } from './image-copies'
import { digestReference } from './image-reference'
import { type HeldBuild, isBehind, runReference, type TagState } from './image-tag'
import { isDeclared } from './volume-mount'

/** What an enabled workspace image wants of an agent; the reference is in its normal form. */
export type WantedImage = {
  reference: string
  /** `sha256:…`; null follows the tag. */
  pinnedDigest: string | null
  /** To be there before anybody launches it. */
  prefetch: boolean
  agentGroup: string | null
  needsGpu: boolean
  bindSources: string[]
}

export type PullTarget = {
  id: string
  enabled: boolean
  isUp: boolean
  diskLow: boolean
  disk: { totalBytes: number | null; freeBytes: number | null }
  groups: string[]
  bindPaths: string[]
  hasGpus: boolean
}

export type PullTry = {
  reference: string
  attempts: number
  nextTryAt: Date | null
  /** It was refused because this much did not fit. */
  needBytes: number | null
  /** It was a copy; otherwise a registry was asked. */
  wasCopy: boolean
}

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
  const runnable = images.filter((image) => mayRun(image, agent))
  const byReference = new Map(tags.map((tag) => [tag.reference, tag]))
  const isMissing = (reference: string) => {
    if (isLocalOnly(reference, holders)) return copyFor(agent.id, reference, holders) !== null
    return !here.has(reference) || isBehind(reference, here, byReference.get(reference))
  }
  const beforehand = [...new Set(runnable.filter((image) => image.prefetch).map(runReference))]
  const missing = beforehand.filter(isMissing)
  // A copy whose source is away begins no more, but it is still wanted: what is known of it stays.
  const everybodyUp = holders.map((holder) => ({ ...holder, isUp: true }))
  const waitsForSource = ({ reference }: PullTry) =>
    beforehand.includes(reference) && isLocalOnly(reference, holders) && copyFor(agent.id, reference, everybodyUp) !== null
  // That it does not fit is worth knowing also where it is brought only when somebody launches it: placement goes by it.
  const mayComeLater = (one: PullTry) =>
    one.needBytes !== null && runnable.some((image) => runReference(image) === one.reference) && isMissing(one.reference)
  const forget = tries
    .filter((one) => !missing.includes(one.reference) && !mayComeLater(one) && !waitsForSource(one))
    .map((one) => one.reference)
  // What cannot be fetched now is not forgotten: it will be wanted again.
  if (!agent.isUp || agent.diskLow) return { pull: [], forget }
  const tried = new Map(tries.map((one) => [one.reference, one]))
  const isDue = (reference: string) => {
    const { nextTryAt = null, needBytes = null, wasCopy = false } = tried.get(reference) ?? {}
    // What a registry said about it does not matter any more: it has turned up on an agent.
    if (!wasCopy && isLocalOnly(reference, holders)) return true
    return needBytes === null ? (nextTryAt ?? now) <= now : fits(needBytes, agent.disk)
  }
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
