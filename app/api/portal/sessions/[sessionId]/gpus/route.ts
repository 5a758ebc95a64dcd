import { SessionRef } from '@/lib/domain/session'
import { sessionGpus } from '@/lib/use-cases/session-gpus'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const read = operation({
  name: 'portal.session.gpus',
  method: 'GET',
  path: '/portal/sessions/{sessionId}/gpus',
  summary: 'The GPUs of one session with their last numbers, for the meter on its page',
  params: SessionRef,
  run: ({ actor, deps, params }) => sessionGpus(deps, actor, params),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: read })
