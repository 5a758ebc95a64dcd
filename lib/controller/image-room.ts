// Whether an image fits, before anything of it is fetched. What it consists of is told by an agent that has it: a registry tells it only while
// it is fetched from.
import { findAgent } from '@/lib/db/agents-observed'
import { fits, missingBytes, roomBytes } from '@/lib/domain/disk-room'
import type { ImageHolder } from '@/lib/domain/image-copies'
import type { ImageLayer } from '@/lib/domain/image-host'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { diskOf, tooLarge } from './too-large'

type Asked = { reference: string; holders: readonly ImageHolder[]; signal: AbortSignal }

export async function assertRoomFor(deps: ControllerDeps, agent: ActingAgent, asked: Asked): Promise<void> {
  if (roomBytes(diskOf(agent)) === null) return
  const layers = await layersElsewhere(deps, agent, asked)
  if (layers === null) return
  const needBytes = missingBytes(layers, await agent.host.heldLayers(asked.signal))
  if (!fits(needBytes, diskOf(agent))) throw tooLarge(needBytes, diskOf(agent))
}

/** Null where nobody else has it, or nobody answers: then it is tried and seen. */
async function layersElsewhere(
  deps: ControllerDeps,
  agent: ActingAgent,
  { reference, holders, signal }: Asked,
): Promise<ImageLayer[] | null> {
  for (const holder of holders.filter((one) => one.isUp && one.agentId !== agent.row.id)) {
    const row = await findAgent(deps.db, holder.agentId)
    if (!row) continue
    const host = deps.hostOf(row)
    // By the very name that is to be fetched: an agent may still have an older build under the tag.
    const image = await host.findImage(reference, signal).catch(() => null)
    const layers = image && (await host.imageLayers(image.id, signal).catch(() => null))
    if (layers) return layers
    signal.throwIfAborted()
  }
  return null
}
