import { listMySessions } from '@/lib/use-cases/list-sessions'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const list = operation({
  name: 'portal.session.list',
  method: 'GET',
  path: '/portal/sessions',
  summary: 'The sessions of whoever asks, for the launcher',
  run: async ({ actor, deps }) => ({
    now: deps.clock.now().toISOString(),
    items: await listMySessions(deps, actor, { filter: 'live' }),
  }),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: list })
