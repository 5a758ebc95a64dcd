import { openHostEnrolments } from '@/lib/use-cases/list-host-enrolments'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const open = operation({
  name: 'portal.host-enrolment.list',
  method: 'GET',
  path: '/portal/admin/host-enrolments',
  summary: 'Hosts that are being added, for the page of agents',
  run: ({ actor, deps }) => openHostEnrolments(deps, actor),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: open })
