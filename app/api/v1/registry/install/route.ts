import { installRegistryOperation } from '@/app/api/v1/registry/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: installRegistryOperation })
