import { SessionRef } from '@/lib/domain/session'
import { awaitConnection } from '@/lib/use-cases/await-connection'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

// No server action: those wait for one another in the browser, and this one may be held while somebody presses Cancel.
const connect = operation({
  name: 'portal.session.connect',
  method: 'POST',
  path: '/portal/sessions/{sessionId}/connect',
  summary: 'A ticket to a session for its page; held while the session starts',
  params: SessionRef,
  run: ({ actor, deps, params }) => awaitConnection(deps, actor, params),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: connect })
