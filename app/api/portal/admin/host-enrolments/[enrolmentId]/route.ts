import { EnrolmentRef } from '@/lib/domain/host-enrolment'
import { getHostEnrolment } from '@/lib/use-cases/list-host-enrolments'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const one = operation({
  name: 'portal.host-enrolment.get',
  method: 'GET',
  path: '/portal/admin/host-enrolments/{enrolmentId}',
  summary: 'How far a host has come, for the page that waits for it',
  params: EnrolmentRef,
  run: ({ actor, deps, params }) => getHostEnrolment(deps, actor, params),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: one })
