// Tells agents that something waits for them: an image to save or to push, a fetch whose time has come, or other images to have than before.
import { type AgentWork, loadAgentWork, loadCatalogueMark } from '@/lib/db/agents-with-work'
import type { AgentRunner } from './agent-runner'
import type { ControllerDeps } from './controller-deps'

export function newWorkTeller(deps: ControllerDeps, runners: ReadonlyMap<string, AgentRunner>): () => Promise<void> {
  let catalogue: string | null = null
  return async () => {
    for (const work of await loadAgentWork(deps.db, deps.clock.now())) tell(deps, runners.get(work.agentId), work.kind)
    const mark = await loadCatalogueMark(deps.db)
    if (catalogue !== null && mark !== catalogue) for (const runner of runners.values()) runner.lookInFull()
    catalogue = mark
  }
}

/** One that another controller acts on hears it from that one. */
function tell({ pushes }: ControllerDeps, runner: AgentRunner | undefined, kind: AgentWork['kind']): void {
  if (!runner) return
  if (kind === 'save') runner.save()
  else if (kind === 'push') pushes.ensure(runner.acting)
  else runner.lookInFull()
}
