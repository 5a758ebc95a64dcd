// Sessions over the API: one's own, and for administrators everybody's.
import { z } from 'zod'
import { ConnectionAnswer, Gone, pageOf, SessionAnswer, SessionDetailAnswer } from '@/app/api/v1/answers'
import { SessionWithGpusAnswer } from '@/app/api/v1/gpu-answers'
import { DomainError } from '@/lib/domain/errors'
import { Id } from '@/lib/domain/ids'
import { CursorQuery } from '@/lib/domain/page'
import { ExtendSession, LaunchSession, SessionFilter } from '@/lib/domain/session'
import { connectSession } from '@/lib/use-cases/connect-session'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { extendSession } from '@/lib/use-cases/extend-session'
import { getSession } from '@/lib/use-cases/get-session'
import { launchSession } from '@/lib/use-cases/launch-session'
import { pageSessions } from '@/lib/use-cases/list-sessions'
import { sessionGpus } from '@/lib/use-cases/session-gpus'
import { operation } from '@/lib/web/operation'

const params = z.object({ sessionId: Id })

export const listSessions = operation({
  name: 'session.list',
  method: 'GET',
  path: '/sessions',
  summary: 'List your sessions; administrators may ask for everybody’s with `all=true`',
  query: CursorQuery.extend({
    filter: SessionFilter.default('live'),
    all: z
      .enum(['true', 'false'])
      .default('false')
      .transform((value) => value === 'true'),
  }),
  answer: pageOf(SessionAnswer),
  run: ({ actor, deps, query }) => pageSessions(deps, actor, query),
})

export const createSession = operation({
  name: 'session.create',
  method: 'POST',
  path: '/sessions',
  summary: 'Launch a workspace. Answers 201 also when it waits or can never run: read `state` and `reasons`',
  body: LaunchSession,
  status: 201,
  answer: SessionDetailAnswer,
  run: ({ actor, deps, input, headers }) => launchSession(deps, actor, withHeaderKey(input, headers)),
})

export const getSessionOperation = operation({
  name: 'session.get',
  method: 'GET',
  path: '/sessions/{sessionId}',
  summary: 'Get a session with its timeline and the numbers of its GPUs',
  params,
  answer: SessionWithGpusAnswer,
  run: async ({ actor, deps, params }) => ({
    ...(await getSession(deps, actor, params)),
    gpus: await sessionGpus(deps, actor, params),
  }),
})

export const connectSessionOperation = operation({
  name: 'session.connect',
  method: 'POST',
  path: '/sessions/{sessionId}/connect',
  summary: 'Get an address that opens the desktop, good once for one browser',
  params,
  answer: ConnectionAnswer,
  run: ({ actor, deps, params: { sessionId } }) => connectSession(deps, actor, { sessionId }),
})

export const extendSessionOperation = operation({
  name: 'session.extend',
  method: 'POST',
  path: '/sessions/{sessionId}/extend',
  summary: 'Move the end of a session with a time limit',
  params,
  body: ExtendSession.omit({ sessionId: true }),
  answer: SessionDetailAnswer,
  run: ({ actor, deps, params: { sessionId }, input }) => extendSession(deps, actor, { sessionId, ...input }),
})

export const deleteSessionOperation = operation({
  name: 'session.delete',
  method: 'DELETE',
  path: '/sessions/{sessionId}',
  summary: 'Delete a session; its home stays',
  params,
  answer: Gone,
  run: ({ actor, deps, params: { sessionId } }) => deleteSession(deps, actor, { sessionId }),
})

/** The header is what HTTP clients send by themselves; the field is for those who write JSON by hand. */
function withHeaderKey(input: LaunchSession, headers: Headers): LaunchSession {
  const header = headers.get('idempotency-key')
  if (header === null) return input
  const parsed = LaunchSession.shape.idempotencyKey.safeParse(header)
  if (!parsed.success || (input.idempotencyKey !== undefined && input.idempotencyKey !== header)) {
    const why = parsed.success ? 'The header and the field differ.' : 'At most 128 printable characters.'
    throw new DomainError('invalid_input', { fields: { idempotencyKey: why } })
  }
  return { ...input, idempotencyKey: header }
}
