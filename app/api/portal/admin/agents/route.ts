import { AgentTableQuery } from '@/lib/domain/agent-view'
import { tableAgents } from '@/lib/use-cases/list-agents'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const table = operation({
  name: 'portal.agent.table',
  method: 'GET',
  path: '/portal/admin/agents',
  summary: 'A page of the administrators’ table of agents',
  query: AgentTableQuery,
  run: ({ actor, deps, query }) => tableAgents(deps, actor, query),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: table })
