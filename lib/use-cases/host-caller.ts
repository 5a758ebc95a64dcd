// Who asks when a host asks: nobody is signed in. What counts is a token that is good once, or a signature by the key of the host.

import type { HostEnrolment } from '@/lib/db/generated/client'
import { claimAttempt, takeBackAttempt } from '@/lib/db/throttle'
import { DomainError } from '@/lib/domain/errors'
import { type HostPurpose, type HostSigned, textToSign } from '@/lib/domain/host-enrolment'
import { isSignedBy } from '@/lib/secrets/host-certificates'
import type { Deps } from './deps'

/** `address`: where the request came from. */
export type HostCaller = { address: string }

const clockLeewaySeconds = 300

/** Counts the attempt before it is judged, so that a flood of them costs the database little. */
export async function throttled<T>({ db, clock }: Deps, { address }: HostCaller, judge: () => Promise<T>): Promise<T> {
  const scope = { kind: 'host', value: address } as const
  await claimAttempt(db, scope, clock.now())
  const result = await judge()
  await takeBackAttempt(db, scope)
  return result
}

/** A host whose clock is wrong could sign nothing that is believed, and would take its own certificate for one of another time. */
export function assertClock(at: number, now: Date): void {
  const offSeconds = Math.round(at - now.getTime() / 1000)
  if (Math.abs(offSeconds) <= clockLeewaySeconds) return
  const side = offSeconds > 0 ? 'ahead' : 'behind'
  throw new DomainError('host_clock', { message: `The clock of the host is ${Math.abs(offSeconds)} seconds ${side}.` })
}

/** The host whose key signed this, for this purpose and content, a moment ago. */
export async function signingHost(
  { db, clock }: Deps,
  purpose: HostPurpose,
  { hostId, at, signature }: HostSigned,
  content = '',
): Promise<HostEnrolment & { publicKey: string }> {
  const row = await db.hostEnrolment.findUnique({ where: { id: hostId } })
  const { publicKey } = row ?? { publicKey: null }
  if (!row || !publicKey || !isSignedBy(publicKey, textToSign(purpose, { hostId, at }, content), signature))
    throw new DomainError('host_refused')
  assertClock(at, clock.now())
  if (row.revokedAt) throw new DomainError('host_refused', { message: 'The line that this host was added with was withdrawn.' })
  return { ...row, publicKey }
}

/** A host that became an agent and still is one. */
export async function agentOfHost({ db }: Deps, row: HostEnrolment): Promise<{ id: string; name: string; host: string }> {
  const agent = row.agentId === null ? null : await db.agent.findFirst({ where: { id: row.agentId, removedAt: null } })
  if (!agent?.host) {
    throw new DomainError('host_refused', {
      message: 'This host is not an agent of the portal any more.',
      hint: 'Run the script with --uninstall there, or make a new line for it.',
    })
  }
  return { id: agent.id, name: agent.name, host: agent.host }
}
