import { deleteUserOperation, getUserOperation, updateUserOperation } from '@/app/api/v1/users/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({
  GET: getUserOperation,
  PATCH: updateUserOperation,
  DELETE: deleteUserOperation,
})
