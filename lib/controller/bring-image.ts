// Brings to an agent what a reference is to name there: from the registry that knows it, or from another agent where none does.
import { addAgentImage } from '@/lib/db/agents-observed'
import { loadImageHolders } from '@/lib/db/image-holders'
import type { PullProgress } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { copyFor, isLocalOnly } from '@/lib/domain/image-copies'
import type { SeenImage } from '@/lib/domain/image-host'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { copyImage } from './copy-image'
import type { CopyLine } from './copy-line'
import { pullImage } from './pull-image'

export type Bringing = {
  reference: string
  tell: (progress: PullProgress) => void
  signal: AbortSignal
  /** Somebody waits for it. */
  isUrgent: () => boolean
  line: CopyLine
}

export async function bringImage(deps: ControllerDeps, agent: ActingAgent, bringing: Bringing): Promise<void> {
  const image = await bring(deps, agent, bringing)
  if (image) await addAgentImage(deps.db, agent.row.id, bringing.reference, image, deps.clock.now())
}

async function bring(deps: ControllerDeps, agent: ActingAgent, bringing: Bringing): Promise<SeenImage | null> {
  const { reference, signal } = bringing
  const present = await agent.host.findImage(reference, signal)
  const listed = await loadImageHolders(deps.db, [reference])
  // A row may be a minute old: what is not here counts as not here.
  const holders = present ? listed : listed.filter((holder) => holder.agentId !== agent.row.id)
  if (!isLocalOnly(reference, holders)) return pullImage(deps, agent, { ...bringing, holders })
  const plan = copyFor(agent.row.id, reference, holders)
  if (plan) await copyImage(deps, agent, { ...bringing, plan })
  else if (!present) throw new DomainError('image_source_away')
  return agent.host.findImage(reference, signal)
}
