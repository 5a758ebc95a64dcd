// Ends the container and starts the session anew, for when it lost its GPU: "stopping" that is wanted "running". The controller sees
// the container gone and queues it again, so that not even a crash in between leaves it stopped.
import { DbNull } from '@/lib/db/json-null'
import { lock } from '@/lib/db/locks'
import { notify } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import { holdsResources } from '@/lib/domain/session-lifecycle'
import { changeSession } from './change-session'
import type { Deps } from './deps'
import { requeue, withPinOfNow } from './requeue-session'

export function restartSession(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  return changeSession(deps, actor, sessionId, {
    verb: 'restart',
    permission: 'session:resume',
    before: (tx) => lock(tx, 'placement'),
    decide: async (row, tx, now) => {
      // Nothing is left of it that would have to end first.
      if (!holdsResources(row.state)) return requeue(deps, tx, row, now, 'restart_asked')
      if (row.gpuLostAt === null) {
        throw new DomainError('wrong_state', {
          message: 'This session has not lost a GPU.',
          hint: 'Stop it and resume it to have it made anew.',
        })
      }
      return {
        data: {
          wanted: 'running',
          state: 'stopping',
          spec: await withPinOfNow(tx, row),
          // "Every GPU" was turned into a number at the last placement; which number it is now is found again.
          gpuCount: row.needsAllGpus ? 0 : row.gpuCount,
          gpuLostAt: null,
          reachHost: null,
          reachPort: null,
          certPin: null,
          pull: DbNull,
          attempts: 0,
          problem: null,
          nextTryAt: null,
        },
        event: 'restart_asked',
        // Nobody is let in any more, from now on.
        after: (inner) => notify(inner, 'grants', row.id),
      }
    },
  })
}
