// First run: this machine's own Docker Engine becomes the first agent. Running it again changes nothing.

import { lock } from '@/lib/db/locks'
import { notify } from '@/lib/db/notify'
import { newId } from '@/lib/domain/ids'
import type { Deps } from './deps'

export async function ensureLocalAgent(
  { db, clock }: Deps,
  { socketPath, name }: { socketPath: string; name: string },
): Promise<{ id: string; created: boolean }> {
  return db.$transaction(async (tx) => {
    await lock(tx, 'placement')
    const known = await tx.agent.findFirst({ where: { kind: 'socket', socketPath, removedAt: null }, select: { id: true } })
    if (known) return { id: known.id, created: false }
    // A removed one stays removed: an administrator decided so.
    const removed = await tx.agent.findFirst({ where: { kind: 'socket', socketPath }, select: { id: true } })
    if (removed) return { id: removed.id, created: false }
    const taken = await tx.agent.count({ where: { name } })
    const id = newId()
    await tx.agent.create({
      data: { id, name: taken > 0 ? `${name} ${id.slice(0, 4)}` : name, kind: 'socket', socketPath, createdAt: clock.now() },
    })
    await notify(tx, 'agents', id)
    return { id, created: true }
  })
}
