// Looks whether the containers of sessions still see the GPUs that they hold. A host can take them away without a word: after
// `systemctl daemon-reload` under some set-ups, after a driver's fault, when a GPU falls off the bus.
import { type GpuSession, loadGpuSessions, writeGpuLoss } from '@/lib/db/gpu-observed'
import { hasCode } from '@/lib/domain/errors'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { eachLimited } from './each-limited'

const sideBySide = 4
/** A program that hung is not asked again at once: each time would leave one more behind. */
const hungForMs = 300_000

export type LostGpuCheck = (signal: AbortSignal) => Promise<void>

/** Keeps in mind which containers hung when they were asked. */
export function newLostGpuCheck(deps: ControllerDeps, acting: ActingAgent): LostGpuCheck {
  const quietUntil = new Map<string, number>()
  return async (signal) => {
    // Asked together with the other agents, most of which have nobody to ask about.
    if ((await deps.sessionsOn(acting.row.id)).every(({ gpuUuids }) => gpuUuids.length === 0)) return
    const sessions = await loadGpuSessions(deps.db, acting.row.id)
    const now = deps.clock.now().getTime()
    for (const [id, until] of quietUntil) if (until <= now) quietUntil.delete(id)
    const asked = sessions.filter((session) => !quietUntil.has(session.id))
    await eachLimited(sideBySide, asked, async (session) => {
      if (signal.aborted) return
      try {
        await check(deps, acting, session, signal)
      } catch (error) {
        if (signal.aborted) return
        if (hasCode(error, 'agent_timeout')) quietUntil.set(session.id, now + hungForMs)
        deps.log.debug({ err: error, session: session.id }, 'A session could not be asked which GPUs it sees')
      }
    })
  }
}

async function check(deps: ControllerDeps, acting: ActingAgent, session: GpuSession, signal: AbortSignal): Promise<void> {
  const missing = async () => {
    const seen = await acting.host.visibleGpus(session.id, signal)
    return seen && session.uuids.filter((uuid) => !seen.includes(uuid))
  }
  // Not told is neither lost nor found again. A loss is told only when it was seen twice.
  const first = await missing()
  const lost = first && first.length > 0 && session.gpuLostAt === null ? await missing() : first
  if (lost === null) return
  if (lost.length > 0 === (session.gpuLostAt !== null)) return
  const written = await writeGpuLoss(deps.db, session, lost.length, deps.clock.now())
  if (written && lost.length > 0)
    deps.log.warn({ agent: acting.row.name, session: session.id, lost }, 'A session no longer sees GPUs that it holds')
}
