import { routes } from '@/lib/web/route'
import { getSettingsOperation, updateSettingsOperation } from './operations'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: getSettingsOperation, PATCH: updateSettingsOperation })
