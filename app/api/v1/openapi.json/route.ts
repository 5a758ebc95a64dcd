import { everyOperation } from '@/app/api/v1/every-operation'
import { openRoute } from '@/lib/web/open-route'
import { openApiDocument } from '@/lib/web/openapi-document'

export const { GET, POST, PUT, PATCH, DELETE } = openRoute({
  name: 'openapi',
  run: async ({ deps }) => openApiDocument(everyOperation, deps.config.publicUrl.origin),
})
