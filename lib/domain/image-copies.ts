// Images that no registry gave: which build of one the agents follow, and from where it is copied. Pure.
// `docs/decisions/044` says why it is the newest, and why what somebody put on an agent himself stays there.

import { isMadeHere } from './image-reference'

/** An agent that lists the reference. */
export type ImageHolder = {
  agentId: string
  reference: string
  imageId: string
  /** Under which its registry knows it; null where none does. */
  digest: string | null
  builtAt: Date | null
  /** Berth copied it there; otherwise somebody built or loaded it. */
  copied: boolean
  /** Its agent answers. */
  isUp: boolean
}

export type CopyPlan = { imageId: string /** Agents that have it and answer. */; sources: string[] }

/**
 * Held somewhere, and nowhere known by a registry: it was built or loaded there. No registry is asked for it, because whoever takes that name
 * in a public one would decide what runs here. What Berth makes itself is known by its name, also before any agent has listed it.
 */
export function isLocalOnly(reference: string, holders: readonly Pick<ImageHolder, 'reference' | 'digest'>[]): boolean {
  if (isMadeHere(reference)) return true
  const held = holders.filter((holder) => holder.reference === reference)
  return held.length > 0 && held.every((holder) => holder.digest === null)
}

/** The newest that somebody built or loaded; among copies, only where no other is left. Two of one time are told apart by their ids, always alike. */
export function leadingBuild(reference: string, holders: readonly ImageHolder[]): string | null {
  const held = holders.filter((holder) => holder.reference === reference)
  const own = held.filter((holder) => !holder.copied)
  const [first] = (own.length > 0 ? own : held).toSorted(
    (a, b) => (b.builtAt?.getTime() ?? 0) - (a.builtAt?.getTime() ?? 0) || (a.imageId < b.imageId ? 1 : -1),
  )
  return first?.imageId ?? null
}

/** What this agent is to get; null where it has what it should have, or nobody who has it answers. */
export function copyFor(agentId: string, reference: string, holders: readonly ImageHolder[]): CopyPlan | null {
  const others = holders.filter((holder) => holder.reference === reference && holder.agentId !== agentId)
  const here = holders.find((holder) => holder.reference === reference && holder.agentId === agentId)
  const planOf = (imageId: string | null): CopyPlan | null => {
    const sources = others.filter((holder) => holder.imageId === imageId && holder.isUp).map((holder) => holder.agentId)
    return imageId === null || sources.length === 0 ? null : { imageId, sources }
  }
  const leading = leadingBuild(reference, holders)
  // What somebody put here himself is his: it stays until he takes the name away.
  if (here) return here.copied && here.imageId !== leading ? planOf(leading) : null
  // With nothing here, another build is better than none.
  return (
    planOf(leading) ??
    planOf(
      leadingBuild(
        reference,
        others.filter((holder) => holder.isUp),
      ),
    )
  )
}
