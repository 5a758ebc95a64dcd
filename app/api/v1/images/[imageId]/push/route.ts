import { forgetPushOperation, pushImageOperation } from '@/app/api/v1/images/operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: pushImageOperation, DELETE: forgetPushOperation })
