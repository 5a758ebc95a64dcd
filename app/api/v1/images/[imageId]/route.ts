import { deleteImageOperation, getImageOperation, updateImageOperation } from '@/app/api/v1/images/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({
  GET: getImageOperation,
  PATCH: updateImageOperation,
  DELETE: deleteImageOperation,
})
