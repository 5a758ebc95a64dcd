// The history of tags: every build that a registry has named, be it asked or pulled from.
import type { Tx } from './client'

/** `sha256:…` of whatever repository: a digest is of content. */
export async function trustedDigests(tx: Tx): Promise<Set<string>> {
  const rows = await tx.imageDigest.findMany({ select: { digest: true }, distinct: ['digest'] })
  return new Set(rows.map((row) => row.digest))
}
