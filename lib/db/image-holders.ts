// Which agents list which image, with all that decides whether and from where it is copied.
import type { ImageHolder } from '@/lib/domain/image-copies'
import { provenDigest } from '@/lib/domain/image-tag'
import type { Tx } from './client'
import { trustedDigests } from './image-digests'

export async function loadImageHolders(tx: Tx, references: string[]): Promise<ImageHolder[]> {
  const rows = await tx.agentImage.findMany({
    where: { reference: { in: references }, agent: { removedAt: null } },
    select: {
      agentId: true,
      reference: true,
      imageId: true,
      digest: true,
      builtAt: true,
      agent: { select: { status: true, brought: { where: { how: 'copied' }, select: { imageId: true } } } },
    },
    orderBy: { agentId: 'asc' },
  })
  const trusted = await trustedDigests(tx)
  return rows.map(({ agent, ...row }) => ({
    ...row,
    digest: provenDigest(row, trusted),
    isUp: agent.status === 'up',
    copied: agent.brought.some((brought) => brought.imageId === row.imageId),
  }))
}
