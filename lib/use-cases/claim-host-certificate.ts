// A host shows its token and asks for its certificate. The token is used up by that; what the certificate says was decided when it was made.
import { isIP } from 'node:net'
import { audit } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import type { HostEnrolment } from '@/lib/db/generated/client'
import { ensureHostAuthority } from '@/lib/db/host-authority'
import { DomainError } from '@/lib/domain/errors'
import type { HostClaim } from '@/lib/domain/host-enrolment'
import { certificateEnd, issueHostCertificate, publicKeyOfRequest, toBase64Der } from '@/lib/secrets/host-certificates'
import { hashToken } from '@/lib/secrets/tokens'
import { assertAddressFree } from './create-host-enrolment'
import type { Deps } from './deps'
import { assertClock, type HostCaller, throttled } from './host-caller'

/** Certificates are DER in base64. */
export type HostCertificateAnswer = {
  hostId: string
  name: string
  address: string
  port: number
  certificate: string
  ca: string
}

export async function claimHostCertificate(deps: Deps, caller: HostCaller, claim: HostClaim): Promise<HostCertificateAnswer> {
  const { db, keys, clock } = deps
  return throttled(deps, caller, async () => {
    const now = clock.now()
    // Before the token is used up: neither a wrong clock nor a slip in the request must cost a new line.
    if (claim.at !== undefined) assertClock(claim.at, now)
    const publicKey = await publicKeyOfRequest(claim.request)
    const { ca } = await ensureHostAuthority(db, keys, now)
    return db.$transaction(async (tx) => {
      const row = await useToken(tx, claim.token, now)
      await assertInviterHolds(tx, row)
      const address = row.address ?? addressOf(caller)
      await assertAddressFree(tx, address, row.port)
      const certPem = await issueHostCertificate(ca, { publicKey, name: row.name, address, now })
      const certEndsAt = certificateEnd(certPem)
      await tx.hostEnrolment.update({ where: { id: row.id }, data: { publicKey, address, certEndsAt } })
      const detail = { name: row.name, address, port: row.port, from: caller.address.slice(0, 64) }
      await audit(tx, null, { verb: 'host.certificate', thingKind: 'host', thingId: row.id, detail })
      return {
        hostId: row.id,
        name: row.name,
        address,
        port: row.port,
        certificate: toBase64Der(certPem),
        ca: toBase64Der(ca.certPem),
      }
    })
  })
}

/** One request gets it, however many come at once. Only who holds the token learns why it is good no more. */
async function useToken(tx: Tx, token: string, now: Date): Promise<HostEnrolment> {
  const tokenHash = hashToken(token)
  const open = { tokenHash, claimedAt: null, revokedAt: null, expiresAt: { gt: now } }
  const { count } = await tx.hostEnrolment.updateMany({ where: open, data: { claimedAt: now } })
  const row = await tx.hostEnrolment.findUnique({ where: { tokenHash } })
  if (!row) throw new DomainError('host_refused', { message: 'The portal does not know this token.' })
  if (count === 1) return row
  const why = row.revokedAt ? 'was withdrawn' : row.claimedAt ? 'was used already' : 'has expired'
  throw new DomainError('host_refused', { message: `The token of this line ${why}.` })
}

/** Whoever lost the right to add hosts adds none by a line made before. */
async function assertInviterHolds(tx: Tx, { createdById }: HostEnrolment): Promise<void> {
  if (createdById === null) return
  const holds = await tx.user.count({ where: { id: createdById, role: 'admin', disabledAt: null } })
  if (holds === 0) throw new DomainError('host_refused', { message: 'Who made this line is not an administrator any more.' })
}

function addressOf({ address }: HostCaller): string {
  const plain = address.replace(/^::ffff:/i, '')
  if (isIP(plain)) return plain
  throw new DomainError('host_refused', {
    message: 'The portal cannot tell from which address this host asks.',
    hint: 'Make a new line and give the address of the host in the form.',
  })
}
