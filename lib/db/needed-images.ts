// What must stay on an agent, read for the pure rule.
import type { SessionSpec } from '@/lib/domain/container-spec'
import { type NeededImages, neededImages } from '@/lib/domain/needed-images'
import { pullTargetInclude, toPullTarget, toWantedImage } from './agent-pulls'
import type { Tx } from './client'

/** Null: there is no such agent any more. */
export async function loadNeededImages(tx: Tx, agentId: string): Promise<NeededImages | null> {
  const agent = await tx.agent.findUnique({ where: { id: agentId, removedAt: null }, include: pullTargetInclude })
  if (!agent) return null
  const images = (await tx.workspaceImage.findMany({ where: { enabled: true } })).map(toWantedImage)
  const tags = await tx.imageTag.findMany({ where: { reference: { in: images.map((image) => image.reference) } } })
  const sessions = await tx.session.findMany({
    where: {
      OR: [
        { agentId, state: { in: ['starting', 'running', 'paused', 'stopping', 'deleting'] } },
        // They may start again, and anywhere.
        { state: { in: ['queued', 'stopped', 'failed', 'lost'] } },
      ],
    },
    select: { spec: true, containerId: true, dockerImageId: true },
  })
  return neededImages({
    agent: toPullTarget(agent),
    images,
    tags,
    sessions: sessions.map(({ spec, containerId, dockerImageId }) => {
      const { reference, pinnedDigest } = spec as SessionSpec
      // Without a container, it is the image of an earlier start.
      return { reference, pinnedDigest: pinnedDigest ?? null, dockerImageId: containerId === null ? null : dockerImageId }
    }),
  })
}
