// A host that is gone for good: what was on it ends without anybody having seen it stopped.
import { openSaveStates } from '@/lib/domain/image-save'
import type { SessionEventParams } from '@/lib/domain/session-events'
import type { Tx } from './client'
import { withRequestId } from './event-params'
import { releaseGpus } from './gpu-ledger'
import { channels } from './notify'

type Ended = { id: string; state: 'lost' | 'deleted' }

/**
 * Deleted is what was to be, and what is nobody's; the rest is lost, and can be started anew elsewhere. All that they held is given back.
 * Whoever calls it holds the placement lock.
 */
export async function endSessionsOf(tx: Tx, agentId: string, params: SessionEventParams, now: Date): Promise<Ended[]> {
  const ended = await tx.$queryRaw<Ended[]>`
    WITH ended AS (
      UPDATE "Session" s SET state = e.state::"SessionState", wanted = CASE WHEN e.state = 'deleted' THEN 'deleted' ELSE s.wanted END,
        held = false, "credentialSealed" = NULL, "containerId" = NULL, "containerStartedAt" = NULL, "containerEndpoint" = NULL,
        "fitsViewer" = false, "reachHost" = NULL, "reachPort" = NULL, "certPin" = NULL, "gpuLostAt" = NULL, "imageUpdate" = NULL,
        attempts = 0, "nextTryAt" = NULL, problem = NULL, "endsAt" = NULL, pull = NULL, "endedAt" = ${now}, "queuePosition" = NULL,
        "gatewayPort" = CASE WHEN e.state = 'deleted' THEN NULL ELSE s."gatewayPort" END, version = s.version + 1, "updatedAt" = ${now}
      FROM (
        SELECT id, CASE WHEN wanted = 'deleted' OR state = 'deleting' OR "userId" IS NULL THEN 'deleted' ELSE 'lost' END AS state
        FROM "Session" WHERE "agentId" = ${agentId} AND (held OR state IN ('starting', 'running', 'paused', 'stopping', 'deleting'))
      ) e
      WHERE s.id = e.id RETURNING s.id, e.state
    ), event AS (
      INSERT INTO "SessionEvent" ("sessionId", at, code, params)
      SELECT id, ${now}, state, ${JSON.stringify(withRequestId(params))}::jsonb FROM ended
    )
    SELECT id, state, pg_notify(${channels.grants}, id)::text FROM ended`
  const ids = ended.map(({ id }) => id)
  await releaseGpus(tx, ids, now)
  await tx.agent.update({ where: { id: agentId }, data: { cpuMillisHeld: 0, memoryBytesHeld: 0 } })
  await tx.imageSave.updateMany({
    where: { sessionId: { in: ids }, state: { in: [...openSaveStates] } },
    data: { state: 'failed', problem: 'The host of the session is gone for good.', hint: null, version: { increment: 1 } },
  })
  return ended.map(({ id, state }) => ({ id, state }))
}

/** Their files are out of reach from now on: an empty one is made where they are needed next. Returns the names of the volumes that stay there. */
export async function freeHomesOf(tx: Tx, agentId: string): Promise<string[]> {
  const homes = await tx.home.findMany({ where: { agentId }, select: { volumeName: true }, orderBy: { createdAt: 'asc' } })
  await tx.home.updateMany({ where: { agentId }, data: { agentId: null } })
  return homes.map(({ volumeName }) => volumeName)
}
