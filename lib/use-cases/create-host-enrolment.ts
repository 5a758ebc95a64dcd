// A line that adds one host: a token for half an hour, good once, bound to the name, groups and address that were chosen here.
import { isLoopback } from '@/lib/config-checks'
import { audit } from '@/lib/db/audit'
import { toEnrolmentView } from '@/lib/db/host-enrolments'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { type CreatedHostEnrolment, enrolmentMinutes, type HostEnrolmentCreate } from '@/lib/domain/host-enrolment'
import { hostCommand } from '@/lib/domain/host-script/host-command'
import { newId } from '@/lib/domain/ids'
import { assertCan } from '@/lib/domain/permissions'
import { hashToken, newToken } from '@/lib/secrets/tokens'
import { nameTaken } from './create-agent'
import type { Deps } from './deps'
import { selfMadeCertificate } from './portal-certificate'

const mostOpen = 100

export async function createHostEnrolment(deps: Deps, actor: Actor, input: HostEnrolmentCreate): Promise<CreatedHostEnrolment> {
  assertCan(actor, 'agent:manage')
  const { db, clock, config } = deps
  const now = clock.now()
  const token = `bht_${newToken()}`
  const row = await db.$transaction(async (tx) => {
    const open = { claimedAt: null, revokedAt: null, expiresAt: { gt: now } }
    if ((await tx.hostEnrolment.count({ where: open })) >= mostOpen)
      throw new DomainError('conflict', {
        message: `At most ${mostOpen} lines can be open at once.`,
        hint: 'Withdraw some first.',
      })
    if ((await tx.agent.count({ where: { name: input.name } })) > 0) throw nameTaken(input.name)
    if (input.address !== null) await assertAddressFree(tx, input.address, input.port)
    const created = await tx.hostEnrolment.create({
      data: {
        id: newId(),
        ...input,
        tokenHash: hashToken(token),
        createdById: actor.by.kind === 'operator' ? null : actor.id,
        createdByName: actor.name,
        createdAt: now,
        expiresAt: new Date(now.getTime() + enrolmentMinutes * 60_000),
      },
    })
    const detail = { name: input.name, address: input.address, port: input.port, groups: input.groups }
    await audit(tx, actor, { verb: 'host.invite', thingKind: 'host', thingId: created.id, detail })
    return created
  })
  const { origin, hostname } = config.publicUrl
  return {
    enrolment: toEnrolmentView(row, now),
    command: hostCommand({ origin, token, certificate: await selfMadeCertificate(config) }),
    onlyThisMachine: isLoopback(hostname),
  }
}

type Agents = { agent: { count(query: { where: { host: string; port: number; removedAt: null } }): Promise<number> } }

/** One engine under two names would be counted twice. */
export async function assertAddressFree(tx: Agents, host: string, port: number): Promise<void> {
  if ((await tx.agent.count({ where: { host, port, removedAt: null } })) === 0) return
  throw new DomainError('conflict', {
    message: `There is an agent at ${host}:${port} already.`,
    hint: 'Remove that agent first, or give another address.',
    fields: { address: 'An agent has this address already.' },
  })
}
