// What an agent is and has: facts, images, disk, GPUs. Disk and GPUs need a throw-away container, because the engine's API tells neither.
import { findAgent, markUp, probeImages, writeInventory } from '@/lib/db/agents-observed'
import { loadExpectation, presentGpus, writeDiagnoses } from '@/lib/db/gpu-observed'
import type { EngineFacts, ProbeResult, SeenImage } from '@/lib/domain/container-host'
import { diagnoseGpus, handsOutGpus } from '@/lib/domain/diagnose-gpus'
import { hasCode } from '@/lib/domain/errors'
import { gpusFromCdi, withCdiNames } from '@/lib/domain/nvidia-cdi'
import { placeNow } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'

export type InventoryOptions = { gpus: boolean }

/** Two lists with one mark tell the same. */
export function imageMark(images: readonly SeenImage[]): string {
  return JSON.stringify(images.map(({ id, references, digests }) => [id, references, digests]))
}

export async function takeInventory(
  deps: ControllerDeps,
  acting: ActingAgent,
  signal: AbortSignal,
  options: InventoryOptions = { gpus: true },
): Promise<void> {
  const listedAt = deps.clock.now()
  const [facts, images] = await Promise.all([acting.host.facts(signal), acting.host.images(signal)])
  const isKnown = acting.imageMark === imageMark(images) && acting.row.cpuCount === facts.cpuCount
  // First what is known at once: a new agent can be placed on without waiting for the probe.
  const isNewToGpus = startsToHandOutGpus(acting, facts)
  const before = { facts, images, listedAt, probe: null, ...(isNewToGpus ? { gpusUnseen: true } : {}) }
  if (!isKnown || isNewToGpus) await writeInventory(deps.db, acting.row.id, before, deps.clock.now())
  acting.imageMark = imageMark(images)
  if (acting.row.status !== 'up') {
    await deps.assertSameEngine(acting.row)
    if (await markUp(deps.db, acting.row.id, deps.clock.now())) await placeNow(deps)
  }
  const probe = await lookTwice(deps, acting, facts, options, signal)
  const after = { facts, images, listedAt, probe, ...(probe?.gpus ? { gpusUnseen: false } : {}) }
  if (probe || isKnown) await writeInventory(deps.db, acting.row.id, after, deps.clock.now())
  if (options.gpus) {
    const expectation = await loadExpectation(deps.db, acting.row.id)
    await writeDiagnoses(deps.db, acting.row.id, diagnoseGpus({ facts, probe, ...expectation }))
  }
  const row = await findAgent(deps.db, acting.row.id)
  if (row) acting.row = row
}

/** Until a container has looked, which ones it has is unknown, not none. */
function startsToHandOutGpus({ row }: ActingAgent, facts: EngineFacts): boolean {
  return row.cpuCount === null ? handsOutGpus(facts) : facts.hasNvidiaRuntime && !row.hasNvidiaRuntime
}

/** No GPU is called missing for one look alone: a container can be born blind. */
async function lookTwice(
  deps: ControllerDeps,
  acting: ActingAgent,
  facts: EngineFacts,
  options: InventoryOptions,
  signal: AbortSignal,
): Promise<ProbeResult | null> {
  const look = async () => {
    const probe = await tryProbe(deps, acting, options, signal)
    return probe && withCdi(probe, facts)
  }
  const first = await look()
  if (!first?.gpus) return first
  const seen = new Set(first.gpus.map((gpu) => gpu.uuid))
  const known = await presentGpus(deps.db, acting.row.id)
  return known.every((gpu) => seen.has(gpu.uuid)) ? first : ((await look()) ?? first)
}

async function tryProbe(
  deps: ControllerDeps,
  acting: ActingAgent,
  options: InventoryOptions,
  signal: AbortSignal,
): Promise<ProbeResult | null> {
  const references = await probeImages(deps.db, acting.row.id)
  for (const reference of references.slice(0, 3)) {
    try {
      return await acting.host.probe(reference, options, signal)
    } catch (error) {
      // An image without a shell, or one that just went: another may do.
      if (!hasCode(error, 'container_failed', 'image_missing')) throw error
      deps.log.debug({ err: error, agent: acting.row.name, reference }, 'The probe could not be made from this image')
    }
  }
  return null
}

/** Where no container can look, an engine since Docker 28.2 still lists what it hands out by CDI. */
function withCdi(probe: ProbeResult, facts: EngineFacts): ProbeResult {
  if (probe.gpus === null) return probe
  if (probe.gpus.length > 0) return { ...probe, gpus: withCdiNames(probe.gpus, facts.cdiDevices) }
  return facts.hasNvidiaRuntime ? probe : { ...probe, gpus: gpusFromCdi(facts.cdiDevices) }
}
