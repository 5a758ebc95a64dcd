// Changes a person. A new role and disabling take effect at once everywhere: sign-ins end, streams close, sessions go on.
import { audit } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { endSignIns, revokeGrants } from '@/lib/db/sign-ins'
import { getUserRow, toUserView, userViewSelect } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { UpdateUser, UserView } from '@/lib/domain/user-view'
import type { Deps } from './deps'
import { assertReplaceable, lockAdministrators } from './guard-administrators'

type Row = Awaited<ReturnType<typeof getUserRow>>

export async function updateUser({ db, clock }: Deps, actor: Actor, input: UpdateUser): Promise<UserView> {
  assertCan(actor, 'user:manage')
  return db.$transaction(async (tx) => {
    await lockAdministrators(tx)
    const before = await getUserRow(tx, input.userId)
    const change = changeOf(before, input, clock.now())
    const fields = Object.keys(change.data)
    if (fields.length === 0) return toUserView(before)
    if (change.losesAdmin) await assertReplaceable(tx, actor, before)
    const row = await tx.user.update({ where: { id: before.id }, data: change.data, select: userViewSelect })
    await endWhatItGave(tx, before.id, change, clock.now())
    await audit(tx, actor, {
      verb: change.verb,
      thingKind: 'user',
      thingId: row.id,
      detail: { name: row.name, role: row.role, fields },
    })
    return toUserView(row)
  })
}

function changeOf(before: Row, { userId: _, disabled, ...given }: UpdateUser, now: Date) {
  const switches = disabled !== undefined && disabled !== (before.disabledAt !== null)
  const disables = switches && disabled
  const roleChanges = given.role !== undefined && given.role !== before.role
  return {
    disables,
    roleChanges,
    losesAdmin: disables || (roleChanges && before.role === 'admin'),
    verb: disables ? 'user.disable' : switches ? 'user.enable' : 'user.update',
    data: {
      // What was not sent is left out altogether: the database layer refuses undefined.
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...(switches ? { disabledAt: disables ? now : null } : {}),
    },
  }
}

async function endWhatItGave(tx: Tx, userId: string, change: ReturnType<typeof changeOf>, now: Date): Promise<void> {
  if (change.roleChanges || change.disables) await endSignIns(tx, { userId }, now)
  // The keys themselves stay: they are refused while their owner is disabled, and work again after.
  if (change.disables) await revokeGrants(tx, { apiKey: { userId } }, now)
}
