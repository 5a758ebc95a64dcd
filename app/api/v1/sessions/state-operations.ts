// What changes a session's state: one operation each, all of one shape.
import { z } from 'zod'
import { SessionDetailAnswer } from '@/app/api/v1/answers'
import type { Actor } from '@/lib/domain/actor'
import { Id } from '@/lib/domain/ids'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import type { Deps } from '@/lib/use-cases/deps'
import { getSession } from '@/lib/use-cases/get-session'
import { pauseSession } from '@/lib/use-cases/pause-session'
import { restartSession } from '@/lib/use-cases/restart-session'
import { resumeSession } from '@/lib/use-cases/resume-session'
import { retrySession } from '@/lib/use-cases/retry-session'
import { startWithoutGpu } from '@/lib/use-cases/start-without-gpu'
import { stopSession } from '@/lib/use-cases/stop-session'
import { operation } from '@/lib/web/operation'

type Change = (deps: Deps, actor: Actor, ref: SessionRef) => Promise<SessionDetail>

function change(verb: string, summary: string, run: Change) {
  return operation({
    name: `session.${verb}`,
    method: 'POST',
    path: `/sessions/{sessionId}/${verb}`,
    summary,
    params: z.object({ sessionId: Id }),
    answer: SessionDetailAnswer,
    run: ({ actor, deps, params: { sessionId } }) => run(deps, actor, { sessionId }),
  })
}

export const stopSessionOperation = change('stop', 'Stop a session; home and named volumes stay', stopSession)
export const startSessionOperation = change('start', 'Start a stopped session again, or one that failed or was lost', startAgain)
export const restartSessionOperation = change(
  'restart',
  'End a session that lost its GPU and start it anew; its home stays',
  restartSession,
)
export const startWithoutGpuOperation = change(
  'start-without-gpu',
  'Start a queued session without the GPU that it waits for, where its workspace allows it',
  startWithoutGpu,
)
export const pauseSessionOperation = change('pause', 'Pause a session; it keeps everything, GPUs included', pauseSession)
export const resumeSessionOperation = change('resume', 'Resume a paused or stopped session', resumeSession)

async function startAgain(deps: Deps, actor: Actor, ref: SessionRef): Promise<SessionDetail> {
  const { state } = await getSession(deps, actor, ref)
  return state === 'failed' || state === 'lost' ? retrySession(deps, actor, ref) : resumeSession(deps, actor, ref)
}
