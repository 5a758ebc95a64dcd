// Which engine this is, and who acts on it: what portals leave on a host for each other, and what follows from it. Pure; the volumes
// that carry it are lib/docker's, the rows lib/db's.

/** A volume of ours on a host that says something by its labels alone: nothing is ever written into it. */
export type HostVolume = {
  name: string
  /** When it was made, by the host's clock. */
  createdAt: Date
  says: HostSays
}

export type HostSays =
  /** Which host it is, to one installation. */
  | { kind: 'identity'; hostId: string }
  /** Who acts there. Made anew again and again under other names. */
  | { kind: 'mark'; installId: string; url: string; claimedAt: Date; tookOver: boolean }
  /** Written through one way and looked for through another: is it the same engine? */
  | { kind: 'nonce' }

export type Mark = HostVolume & { says: Extract<HostSays, { kind: 'mark' }> }

export type OtherPortal = {
  installId: string
  url: string
  /** The very same installation: a restored backup or a copied machine. */
  isCopy: boolean
  seenAt: string
}

/** As it was written down; null for none. */
export function readOtherPortal(value: unknown): OtherPortal | null {
  const other = value as Partial<OtherPortal> | null | undefined
  if (typeof other?.installId !== 'string' || typeof other.url !== 'string' || typeof other.seenAt !== 'string') return null
  return { installId: other.installId, url: other.url, isCopy: other.isCopy === true, seenAt: other.seenAt }
}

export const claimTimes = {
  /** How often the mark is made anew: half as often as would be late, since two hundred hosts have one each. */
  renewEveryMs: 90_000,
  /** A mark that is older belongs to nobody who still lives. */
  staleAfterMs: 180_000,
  /** How long a portal may act after it began to look at the marks of others. More than one pass and less than two. */
  lookEveryMs: 30_000,
  /** After a claim against somebody who may still act: so long he may need to see it. */
  settleMs: 40_000,
} as const

export function freshMarks(volumes: readonly HostVolume[], hostNow: Date): Mark[] {
  return volumes.filter(
    (volume): volume is Mark =>
      volume.says.kind === 'mark' && hostNow.getTime() - volume.createdAt.getTime() < claimTimes.staleAfterMs,
  )
}

type Claim = { claimedAt: Date; tookOver: boolean; name: string }

/** Who took over last comes first, and without one who was there first; the same order for everybody who looks. */
function comesBefore(a: Claim, b: Claim): boolean {
  if (a.tookOver !== b.tookOver) return a.tookOver
  const order = a.claimedAt.getTime() - b.claimedAt.getTime()
  if (order !== 0) return a.tookOver ? order > 0 : order < 0
  return a.name < b.name
}

export type Standing =
  | { kind: 'ours' }
  /** Ours by right, once whoever acts there has had the time to see it. */
  | { kind: 'settling' }
  | { kind: 'taken'; by: Mark }

export function standingOf(own: Claim, others: readonly Mark[], hostNow: Date): Standing {
  const claims = others.map((mark) => ({ mark, claim: { ...mark.says, name: mark.name } }))
  const before = claims.find(({ claim }) => comesBefore(claim, own))
  if (before) return { kind: 'taken', by: before.mark }
  const isSettled = hostNow.getTime() - own.claimedAt.getTime() >= claimTimes.settleMs
  return others.length === 0 || isSettled ? { kind: 'ours' } : { kind: 'settling' }
}

export function toOtherPortal({ says, createdAt }: Mark, installId: string): OtherPortal {
  return { installId: says.installId, url: says.url, isCopy: says.installId === installId, seenAt: createdAt.toISOString() }
}

/** `count`: the sessions whose containers are not there. */
export function otherEngineWords(count: number): { message: string; hint: string } {
  const whose = count === 1 ? 'the container of this agent’s session' : `any container of this agent’s ${count} sessions`
  return {
    message: `Another Docker Engine answers at this address: it does not have ${whose}.`,
    hint: 'Nothing is started or removed there. Correct the address; or, if the host was set up anew, say on the agent’s page that its former sessions are gone.',
  }
}

export function takenWords(other: OtherPortal): { message: string; hint: string } {
  const who = other.isCopy
    ? `A copy of this very portal (${other.url})`
    : `Another portal (${other.url}, installation ${other.installId})`
  return {
    message: `${who} acts on this host.`,
    hint: 'This one starts and removes nothing there. If the other one is gone, this one acts by itself three minutes after it was last seen there, or at once by “Take over” on the agent’s page.',
  }
}
