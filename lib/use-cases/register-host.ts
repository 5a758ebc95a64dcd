// A host says that its engine is ready: the portal connects back as it will connect for sessions, and only then makes the agent.
import { audit } from '@/lib/db/audit'
import { isUniqueViolation } from '@/lib/db/client'
import type { HostEnrolment } from '@/lib/db/generated/client'
import { ensureHostAuthority } from '@/lib/db/host-authority'
import { notify } from '@/lib/db/notify'
import { askQuestion } from '@/lib/db/questions'
import type { AskedEndpoint } from '@/lib/domain/agent'
import { DomainError } from '@/lib/domain/errors'
import { type HostSigned, registrationHours } from '@/lib/domain/host-enrolment'
import { newId } from '@/lib/domain/ids'
import { endpointColumns } from './complete-endpoint'
import { nameTaken } from './create-agent'
import { assertAddressFree } from './create-host-enrolment'
import type { Deps } from './deps'
import { agentOfHost, type HostCaller, signingHost, throttled } from './host-caller'

export type RegistrationAnswer = { registered: true; name: string } | { registered: false; problem: string; hint: string | null }

export async function registerHost(deps: Deps, caller: HostCaller, message: HostSigned): Promise<RegistrationAnswer> {
  return throttled(deps, caller, async () => {
    const row = await signingHost(deps, 'registration', message)
    // Saying it twice is no error: the script may be run again.
    if (row.registeredAt) return { registered: true, name: (await agentOfHost(deps, row)).name }
    assertInTime(row, deps.clock.now())
    const endpoint = await endpointOf(deps, row)
    const answer = await askQuestion<'agent-connection'>(deps, {
      input: { kind: 'agent-connection', endpoint },
      askedById: row.createdById,
    })
    if (!answer.ok) {
      const { problem, hint } = answer
      await deps.db.hostEnrolment.update({ where: { id: row.id }, data: { problem, hint } })
      return { registered: false, problem, hint }
    }
    await becomeAgent(deps, row, endpoint)
    return { registered: true, name: row.name }
  })
}

function assertInTime({ claimedAt }: HostEnrolment, now: Date): void {
  if (claimedAt && now.getTime() - claimedAt.getTime() <= registrationHours * 3_600_000) return
  throw new DomainError('host_refused', { message: `This host did not become an agent within ${registrationHours} hours.` })
}

/** Always mutual TLS, always at the address that the certificate was made for. */
async function endpointOf({ db, keys, clock }: Deps, row: HostEnrolment): Promise<Extract<AskedEndpoint, { kind: 'tcp' }>> {
  const { ca, portal } = await ensureHostAuthority(db, keys, clock.now())
  return {
    kind: 'tcp',
    host: row.address ?? '',
    port: row.port,
    serverName: null,
    caPem: ca.certPem,
    certPem: portal.certPem,
    keyPem: portal.keyPem,
  }
}

async function becomeAgent({ db, keys, clock }: Deps, row: HostEnrolment, endpoint: AskedEndpoint): Promise<void> {
  const id = newId()
  const now = clock.now()
  try {
    await db.$transaction(async (tx) => {
      const { count } = await tx.hostEnrolment.updateMany({
        where: { id: row.id, registeredAt: null, revokedAt: null },
        data: { registeredAt: now, problem: null, hint: null },
      })
      if (count === 0) return
      await assertAddressFree(tx, row.address ?? '', row.port)
      const fields = { id, name: row.name, groups: row.groups, createdAt: now }
      await tx.agent.create({ data: { ...fields, ...endpointColumns(keys, id, { endpoint, usesPortalKey: false }) } })
      await tx.hostEnrolment.update({ where: { id: row.id }, data: { agentId: id } })
      const detail = { name: row.name, address: row.address, invitedBy: row.createdByName }
      await audit(tx, null, { verb: 'host.register', thingKind: 'agent', thingId: id, detail })
      await notify(tx, 'agents', id)
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw nameTaken(row.name)
    throw error
  }
}
