// Brings to an agent what its workspaces will want, before anybody waits for it.

import { forgetPull, loadPullSituation, writePlannedPulls } from '@/lib/db/agent-pulls'
import { addAgentImage } from '@/lib/db/agents-observed'
import { planBackgroundPulls } from '@/lib/domain/background-pulls'
import type { ActingAgent, ControllerDeps } from './controller-deps'

export async function pullInBackground(deps: ControllerDeps, acting: ActingAgent, signal: AbortSignal): Promise<void> {
  const { db, clock } = deps
  const agentId = acting.row.id
  const situation = await loadPullSituation(db, agentId)
  if (!situation) return
  const plan = planBackgroundPulls({ ...situation, now: clock.now() })
  await writePlannedPulls(db, agentId, plan)
  for (const reference of plan.pull) {
    // What is listed under another spelling, or by digest, is there all the same; what is listed here is there in another build.
    const image = situation.here.has(reference) ? null : await acting.host.findImage(reference, signal)
    if (image) {
      await addAgentImage(db, agentId, reference, image, clock.now())
      await forgetPull(db, { agentId, reference })
    } else deps.pulls.ensure(acting, reference, { background: true })
  }
}
