import { readLauncher } from '@/lib/use-cases/read-launcher'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const read = operation({
  name: 'portal.launcher.mark',
  method: 'GET',
  path: '/portal/launcher',
  summary: 'Whether the launcher of whoever asks looks different by now',
  run: async ({ actor, deps }) => {
    const { mark, moving } = await readLauncher(deps, actor)
    return { mark, moving }
  },
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: read })
