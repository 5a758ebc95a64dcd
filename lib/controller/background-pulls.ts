// Brings to an agent what its workspaces will want, before anybody waits for it.

import { forgetPull, loadPullSituation, writePlannedPulls } from '@/lib/db/agent-pulls'
import { addAgentImage } from '@/lib/db/agents-observed'
import { isBrought } from '@/lib/db/brought-images'
import { planBackgroundPulls } from '@/lib/domain/background-pulls'
import { copyFor, isLocalOnly } from '@/lib/domain/image-copies'
import type { ActingAgent, ControllerDeps } from './controller-deps'

export async function pullInBackground(deps: ControllerDeps, acting: ActingAgent, signal: AbortSignal): Promise<void> {
  const { db, clock } = deps
  const agentId = acting.row.id
  const situation = await loadPullSituation(db, agentId)
  if (!situation) return
  const plan = planBackgroundPulls({ ...situation, now: clock.now() })
  await writePlannedPulls(db, agentId, plan)
  for (const reference of plan.forget) deps.pulls.release(agentId, reference)
  for (const reference of plan.pull) {
    const copy = isLocalOnly(reference, situation.holders) ? copyFor(agentId, reference, situation.holders) : null
    // What is listed under another spelling, or by digest, is there all the same; what is listed here is there in another build.
    const image = situation.here.has(reference) && !copy ? null : await acting.host.findImage(reference, signal)
    const isOlderCopy =
      image !== null && copy !== null && image.id !== copy.imageId && (await isBrought(db, { agentId, imageId: image.id }))
    if (image && !isOlderCopy) {
      await addAgentImage(db, agentId, reference, image, clock.now())
      await forgetPull(db, { agentId, reference })
    } else deps.pulls.ensure(acting, reference, { background: true })
  }
}
