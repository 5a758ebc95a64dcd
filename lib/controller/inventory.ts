// What an agent is and has: facts, images, disk, GPUs. Disk and GPUs need a throw-away container, because the engine's API tells neither.
import { findAgent, markUp, probeImages, writeInventory } from '@/lib/db/agents-observed'
import type { EngineFacts, ProbeResult, SeenGpu } from '@/lib/domain/container-host'
import { hasCode } from '@/lib/domain/errors'
import { placeNow } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'

export async function takeInventory(deps: ControllerDeps, acting: ActingAgent, signal: AbortSignal): Promise<void> {
  const [facts, images] = await Promise.all([acting.host.facts(signal), acting.host.images(signal)])
  // First what is known at once: a new agent can be placed on without waiting for the probe.
  await writeInventory(deps.db, acting.row.id, { facts, images, probe: null }, deps.clock.now())
  if (await markUp(deps.db, acting.row.id, deps.clock.now())) await placeNow(deps)
  const probe = await tryProbe(deps, acting, signal)
  if (probe) await writeInventory(deps.db, acting.row.id, { facts, images, probe: withCdi(probe, facts) }, deps.clock.now())
  const row = await findAgent(deps.db, acting.row.id)
  if (row) acting.row = row
}

async function tryProbe(deps: ControllerDeps, acting: ActingAgent, signal: AbortSignal): Promise<ProbeResult | null> {
  const references = await probeImages(deps.db, acting.row.id)
  for (const reference of references.slice(0, 3)) {
    try {
      return await acting.host.probe(reference, signal)
    } catch (error) {
      // An image without a shell, or one that just went: another may do.
      if (!hasCode(error, 'container_failed', 'image_missing')) throw error
      deps.log.debug({ err: error, agent: acting.row.name, reference }, 'The probe could not be made from this image')
    }
  }
  return null
}

/** Where the NVIDIA runtime is not set up, GPUs may still be had by CDI; the engine lists them since Docker 28.2. */
function withCdi(probe: ProbeResult, facts: EngineFacts): ProbeResult {
  if (probe.gpus.length > 0) return probe
  const names = facts.cdiDevices.filter((id) => /^nvidia\.com\/gpu=GPU-/.test(id))
  const gpus = names.map(
    (uuid, index): SeenGpu => ({
      uuid,
      index,
      model: 'NVIDIA GPU',
      memoryBytes: null,
      driverVersion: null,
      pciAddress: null,
    }),
  )
  return { ...probe, gpus }
}
