// Whose a session is, in words. Nobody's: it is kept ready for whoever launches its workspace next.

/** Null: a ready session. */
export type SessionOwner = { id: string; name: string } | null

export function ownerWords(owner: { name: string } | null): string {
  return owner?.name ?? 'Ready, nobody’s'
}

/** "Desktop of ada", or that it is nobody's. */
export function sessionOf(imageName: string, owner: { name: string } | null): string {
  return owner ? `${imageName} of ${owner.name}` : `${imageName} (ready, nobody’s)`
}
