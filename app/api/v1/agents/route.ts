import { routes } from '@/lib/web/route'
import { createAgentOperation, listAgents } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: listAgents, POST: createAgentOperation })
