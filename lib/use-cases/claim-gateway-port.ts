// Where sessions have no host names, each has a port: the lowest free one, else the one of the session that ended longest ago.
import type { Config } from '@/lib/config'
import type { Tx } from '@/lib/db/client'
import { lock } from '@/lib/db/locks'
import { DomainError } from '@/lib/domain/errors'

export async function claimGatewayPort(tx: Tx, config: Config): Promise<number | null> {
  if (!config.sessionPorts) return null
  const { from, to } = config.sessionPorts
  await lock(tx, 'ports')
  const rows = await tx.session.findMany({
    where: { gatewayPort: { gte: from, lte: to } },
    select: { id: true, gatewayPort: true, state: true, held: true, endedAt: true },
    orderBy: { endedAt: { sort: 'asc', nulls: 'last' } },
  })
  const used = new Set(rows.map((row) => row.gatewayPort))
  for (let port = from; port <= to; port++) if (!used.has(port)) return port
  const oldest = rows.find((row) => !row.held && ['deleted', 'failed', 'lost', 'stopped'].includes(row.state))
  if (!oldest) {
    throw new DomainError('resource_limit', {
      message: `All ${to - from + 1} session ports are in use.`,
      hint: 'Stop a session, or ask an administrator to widen BERTH_SESSION_PORTS.',
    })
  }
  await tx.session.update({ where: { id: oldest.id }, data: { gatewayPort: null, version: { increment: 1 } } })
  return oldest.gatewayPort
}
