// Cross-site requests carry our cookies in some layouts (a session's host is the same *site*), so the Origin is compared exactly.
import 'server-only'
import { config } from '@/lib/config'
import { DomainError } from '@/lib/domain/errors'

export function assertOwnOrigin(headers: Headers): void {
  const own = config().publicUrl.origin
  if (headers.get('origin') === own) return
  throw new DomainError('foreign_origin', { hint: `Open the portal at ${own} and try again.` })
}
