import { fleetOverview } from '@/lib/use-cases/fleet-overview'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const overview = operation({
  name: 'portal.fleet.overview',
  method: 'GET',
  path: '/portal/admin/fleet',
  summary: 'The fleet at a glance',
  run: ({ actor, deps }) => fleetOverview(deps, actor),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: overview })
