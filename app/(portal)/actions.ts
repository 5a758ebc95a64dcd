'use server'
// What people do with sessions, from the launcher and from a session's own page.
import { ExtendSession, LaunchSession, SessionRef } from '@/lib/domain/session'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { extendSession } from '@/lib/use-cases/extend-session'
import { appendLaunch } from '@/lib/use-cases/launch-session'
import { pauseSession } from '@/lib/use-cases/pause-session'
import { restartSession } from '@/lib/use-cases/restart-session'
import { resumeSession } from '@/lib/use-cases/resume-session'
import { retrySession } from '@/lib/use-cases/retry-session'
import { startWithoutGpu } from '@/lib/use-cases/start-without-gpu'
import { stopSession } from '@/lib/use-cases/stop-session'
import { action } from '@/lib/web/action'

export const launchSessionAction = action({
  name: 'session.launch',
  input: LaunchSession,
  run: async ({ actor, deps, input }) => ({ id: await appendLaunch(deps, actor, input) }),
})

export const startWithoutGpuAction = action({
  name: 'session.start-without-gpu',
  input: SessionRef,
  run: ({ actor, deps, input }) => startWithoutGpu(deps, actor, input),
})

export const pauseSessionAction = action({
  name: 'session.pause',
  input: SessionRef,
  run: ({ actor, deps, input }) => pauseSession(deps, actor, input),
})

export const resumeSessionAction = action({
  name: 'session.resume',
  input: SessionRef,
  run: ({ actor, deps, input }) => resumeSession(deps, actor, input),
})

export const retrySessionAction = action({
  name: 'session.retry',
  input: SessionRef,
  run: ({ actor, deps, input }) => retrySession(deps, actor, input),
})

export const restartSessionAction = action({
  name: 'session.restart',
  input: SessionRef,
  run: ({ actor, deps, input }) => restartSession(deps, actor, input),
})

export const stopSessionAction = action({
  name: 'session.stop',
  input: SessionRef,
  run: ({ actor, deps, input }) => stopSession(deps, actor, input),
})

export const deleteSessionAction = action({
  name: 'session.delete',
  input: SessionRef,
  run: ({ actor, deps, input }) => deleteSession(deps, actor, input),
})

export const extendSessionAction = action({
  name: 'session.extend',
  input: ExtendSession,
  run: ({ actor, deps, input }) => extendSession(deps, actor, input),
})
