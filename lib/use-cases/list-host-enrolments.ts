// Hosts that are being added, newest first, and one of them for the page that waits for it.
import { toEnrolmentView } from '@/lib/db/host-enrolments'
import { afterCursor, keysetOrder, keysetPage } from '@/lib/db/keyset'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { type HostEnrolmentView, registrationHours } from '@/lib/domain/host-enrolment'
import type { CursorPage, CursorQuery } from '@/lib/domain/page'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function pageHostEnrolments(
  { db, clock }: Deps,
  actor: Actor,
  query: CursorQuery,
): Promise<CursorPage<HostEnrolmentView>> {
  assertCan(actor, 'agent:manage')
  const rows = await db.hostEnrolment.findMany({
    where: afterCursor(query.cursor),
    orderBy: keysetOrder,
    take: query.limit + 1,
  })
  const { items, nextCursor } = keysetPage(rows, query.limit)
  return { items: items.map((row) => toEnrolmentView(row, clock.now())), nextCursor }
}

/** Those that may still become agents. */
export async function openHostEnrolments({ db, clock }: Deps, actor: Actor): Promise<HostEnrolmentView[]> {
  assertCan(actor, 'agent:manage')
  const now = clock.now()
  const rows = await db.hostEnrolment.findMany({
    where: {
      registeredAt: null,
      revokedAt: null,
      OR: [
        { claimedAt: null, expiresAt: { gt: now } },
        { claimedAt: { gt: new Date(now.getTime() - registrationHours * 3_600_000) } },
      ],
    },
    orderBy: keysetOrder,
    take: 100,
  })
  return rows.map((row) => toEnrolmentView(row, now))
}

export async function getHostEnrolment(
  { db, clock }: Deps,
  actor: Actor,
  { enrolmentId }: { enrolmentId: string },
): Promise<HostEnrolmentView> {
  assertCan(actor, 'agent:manage')
  const row = await db.hostEnrolment.findUnique({ where: { id: enrolmentId } })
  if (!row) throw new DomainError('not_found', { message: 'There is no such line.' })
  return toEnrolmentView(row, clock.now())
}
