import { takeOverHostOperation } from '@/app/api/v1/agents/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: takeOverHostOperation })
