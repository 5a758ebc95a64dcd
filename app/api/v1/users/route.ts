import { routes } from '@/lib/web/route'
import { createUserOperation, listUsers } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: listUsers, POST: createUserOperation })
