import { AgentRef } from '@/lib/domain/agent'
import { getAgent } from '@/lib/use-cases/get-agent'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const one = operation({
  name: 'portal.agent.get',
  method: 'GET',
  path: '/portal/admin/agents/{agentId}',
  summary: 'One agent with its GPUs, images and sessions, for its page',
  params: AgentRef,
  run: ({ actor, deps, params }) => getAgent(deps, actor, params),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: one })
