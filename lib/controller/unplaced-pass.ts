// Sessions that want to end and have nothing on any agent: no engine need be asked.
import { loadEndingWithoutAgent } from '@/lib/db/controller-sessions'
import { DbNull } from '@/lib/db/json-null'
import { changeSession } from './change-session'
import type { ControllerDeps } from './controller-deps'
import { withoutContainer } from './step-context'

export async function passUnplaced(deps: ControllerDeps): Promise<void> {
  for (const session of await loadEndingWithoutAgent(deps.db)) {
    const state = session.wanted === 'deleted' || session.state === 'deleting' ? 'deleted' : 'stopped'
    await changeSession(deps, null, session, {
      data: {
        state,
        ...withoutContainer,
        pull: DbNull,
        queuedAt: null,
        queuePosition: null,
        endedAt: deps.clock.now(),
        ...(state === 'deleted' ? { gatewayPort: null } : {}),
      },
      events: [{ code: state }],
      release: true,
      routeChanged: true,
    })
  }
}
