import { SessionRef, WatchSession } from '@/lib/domain/session'
import { watchSession } from '@/lib/use-cases/watch-session'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const watch = operation({
  name: 'portal.session.watch',
  method: 'GET',
  path: '/portal/sessions/{sessionId}',
  summary: 'One session for its page; with `since`, held until something is new',
  params: SessionRef,
  query: WatchSession.pick({ since: true }),
  run: ({ actor, deps, params, query }) => watchSession(deps, actor, { ...params, ...query }),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: watch })
