import { SessionTableQuery } from '@/lib/domain/agent-view'
import { tableSessions } from '@/lib/use-cases/list-sessions'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const table = operation({
  name: 'portal.session.table',
  method: 'GET',
  path: '/portal/admin/sessions',
  summary: 'A page of the administrators’ table of everyone’s sessions',
  query: SessionTableQuery,
  run: ({ actor, deps, query }) => tableSessions(deps, actor, query),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: table })
