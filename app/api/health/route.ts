import { checkHealth } from '@/lib/use-cases/check-health'
import { openRoute } from '@/lib/web/open-route'

export const dynamic = 'force-dynamic'
export const { GET, POST, PUT, PATCH, DELETE } = openRoute({ name: 'health', run: ({ deps }) => checkHealth(deps) })
