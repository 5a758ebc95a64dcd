// Whoever takes the placement lock waits for it here, and not with a connection in hand: two hundred launches at once would take every
// connection of the pool, and the pages of everybody else would wait with them. Between processes the lock itself decides.

import type { Db } from './client'
import type { Prisma } from './generated/client'
import { lock } from './locks'

type Holder = { berthPlacementLine?: Promise<unknown> }

/** One transaction under the placement lock. Its callers never call it again from within. */
export function placementTransaction<T>(db: Db, work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  // On globalThis: Next bundles its own copy of this module beside the server's.
  const holder = globalThis as Holder
  const turn = (holder.berthPlacementLine ?? Promise.resolve()).then(() =>
    db.$transaction(async (tx) => {
      await lock(tx, 'placement')
      return work(tx)
    }),
  )
  // Whoever fails only fails for himself.
  holder.berthPlacementLine = turn.catch(() => undefined)
  return turn
}
