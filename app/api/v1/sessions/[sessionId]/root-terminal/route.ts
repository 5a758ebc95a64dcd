import { rootTerminalOperation } from '@/app/api/v1/sessions/authoring-operations'
import { routes } from '@/lib/web/route'

export const { GET, POST, PUT, PATCH, DELETE } = routes({ POST: rootTerminalOperation })
