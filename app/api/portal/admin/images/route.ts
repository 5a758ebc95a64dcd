import { ImageTableQuery } from '@/lib/domain/workspace-image-view'
import { tableImages } from '@/lib/use-cases/list-images'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const table = operation({
  name: 'portal.image.table',
  method: 'GET',
  path: '/portal/admin/images',
  summary: 'A page of the administrators’ table of workspace images',
  query: ImageTableQuery,
  run: ({ actor, deps, query }) => tableImages(deps, actor, query),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: table })
