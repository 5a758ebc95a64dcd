// Who may read metrics: the scraper by its token, or an administrator.
import 'server-only'
import { assertCan } from '@/lib/domain/permissions'
import { isMetricsToken } from '@/lib/use-cases/metrics-token'
import { deps } from './deps'
import { requireApiActor } from './require-actor'

export async function requireMetricsReader(headers: Headers): Promise<void> {
  const authorization = headers.get('authorization')
  if (isMetricsToken(deps().config, authorization)) return
  assertCan(await requireApiActor(authorization), 'fleet:view')
}
