import { ImageRef } from '@/lib/domain/workspace-image'
import { getImage } from '@/lib/use-cases/get-image'
import { operation } from '@/lib/web/operation'
import { routes } from '@/lib/web/route'

const one = operation({
  name: 'portal.image.get',
  method: 'GET',
  path: '/portal/admin/images/{imageId}',
  summary: 'One workspace image, for its form',
  params: ImageRef,
  run: ({ actor, deps, params }) => getImage(deps, actor, params),
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: one })
