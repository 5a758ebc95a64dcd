import { listLaunchable } from '@/lib/use-cases/list-launchable'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const list = operation({
  name: 'portal.workspace.list',
  method: 'GET',
  path: '/portal/workspaces',
  summary: 'What whoever asks may launch, and whether it would start now',
  run: async ({ actor, deps }) => ({ items: await listLaunchable(deps, actor) }),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: list })
