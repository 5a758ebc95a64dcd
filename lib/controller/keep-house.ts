// The chores between passes: time limits often, the ledger each time, what is too old once an hour.
import { announceDrains, endDrains } from '@/lib/db/drains'
import { renewHostAuthority, renewPortalCertificate } from '@/lib/db/host-authority'
import { announceTimeLimits, endTimeLimits, purgeOld, repairLedger } from '@/lib/db/housekeeping'
import { purgeTags } from '@/lib/db/image-tags'
import { forgetPortalAddresses } from '@/lib/db/portal-addresses'
import { forgetSilentGateways } from '@/lib/db/session-activity'
import { readSettings } from '@/lib/db/settings'
import { renewAuthorityDaysBefore, renewDaysBefore } from '@/lib/domain/host-enrolment'
import type { ControllerDeps } from './controller-deps'

const purgeEveryMs = 3_600_000

export type Housekeeping = (deps: ControllerDeps) => Promise<void>

/** Keeps in mind when it last threw things away. */
export function newHousekeeping(): Housekeeping {
  let purgedAt = 0
  return async (deps) => {
    await checkTimeLimits(deps)
    await checkLedger(deps)
    // Where the last gateway died, no other one does it.
    await forgetSilentGateways(deps.db)
    const now = deps.clock.now().getTime()
    if (now >= purgedAt && now - purgedAt < purgeEveryMs) return
    purgedAt = now
    await purge(deps)
    await renewCertificates(deps)
  }
}

/** Long before the end: an installation that was off for a month must still reach its agents. */
export async function renewCertificates({ db, keys, clock, log }: ControllerDeps): Promise<void> {
  const renewed = await renewHostAuthority(db, keys, clock.now(), renewAuthorityDaysBefore)
  if (renewed !== null) log.info({ agents: renewed }, 'The CA of hosts that were added by a line was renewed')
  const agents = await renewPortalCertificate(db, keys, clock.now(), renewDaysBefore)
  if (agents !== null) log.info({ agents }, 'The certificate that the portal shows to agents was renewed')
}

export async function checkTimeLimits({ db, clock }: ControllerDeps): Promise<void> {
  await announceTimeLimits(db, clock.now())
  await endTimeLimits(db, clock.now())
  await announceDrains(db, clock.now())
  await endDrains(db, clock.now())
}

export async function checkLedger({ db, clock, log }: ControllerDeps): Promise<void> {
  const { agents, strayGpuHolds } = await repairLedger(db, clock.now())
  for (const repair of agents) log.error(repair, 'The sums of an agent’s ledger were wrong and have been put right')
  if (strayGpuHolds > 0) log.error({ strayGpuHolds }, 'GPUs were held by sessions that hold nothing; they are free again')
}

export async function purge({ db, clock, log }: ControllerDeps): Promise<void> {
  await forgetPortalAddresses(db, clock.now())
  const settings = await readSettings(db)
  const purged = await purgeOld(db, settings, clock.now())
  await purgeTags(db, new Date(clock.now().getTime() - settings.eventRetentionDays * 86_400_000))
  if (Object.values(purged).some((count) => count > 0)) log.info(purged, 'Threw away what was older than the settings keep')
}
