import { checkHealth } from '@/lib/use-cases/check-health'
import { openRoute } from '@/lib/web/open-route'

export const dynamic = 'force-dynamic'
export const GET = openRoute({ name: 'health', run: ({ deps }) => checkHealth(deps) })
