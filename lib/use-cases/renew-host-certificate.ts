// A host asks for a new certificate with a request signed by its present key. Name and address stay what they were.
import { audit } from '@/lib/db/audit'
import { ensureHostAuthority } from '@/lib/db/host-authority'
import { DomainError } from '@/lib/domain/errors'
import type { HostRenewal } from '@/lib/domain/host-enrolment'
import {
  certificateEnd,
  issueHostCertificate,
  publicKeyOfRequest,
  sha256Base64,
  toBase64Der,
} from '@/lib/secrets/host-certificates'
import type { Deps } from './deps'
import { agentOfHost, type HostCaller, signingHost, throttled } from './host-caller'

export async function renewHostCertificate(
  deps: Deps,
  caller: HostCaller,
  { request, ...message }: HostRenewal,
): Promise<{ certificate: string; ca: string }> {
  const { db, keys, clock } = deps
  return throttled(deps, caller, async () => {
    const row = await signingHost(deps, 'renewal', message, sha256Base64(request))
    const { name, host } = await agentOfHost(deps, row)
    const publicKey = await publicKeyOfRequest(request)
    // With another key, an answer that is lost on its way would leave the host with neither.
    if (publicKey !== row.publicKey) throw new DomainError('host_refused', { message: 'A renewal keeps the key of the host.' })
    const now = clock.now()
    const { ca } = await ensureHostAuthority(db, keys, now)
    const certPem = await issueHostCertificate(ca, { publicKey, name, address: host, now })
    await db.$transaction(async (tx) => {
      await tx.hostEnrolment.update({ where: { id: row.id }, data: { certEndsAt: certificateEnd(certPem) } })
      await audit(tx, null, { verb: 'host.renew', thingKind: 'host', thingId: row.id, detail: { name } })
    })
    return { certificate: toBase64Der(certPem), ca: toBase64Der(ca.certPem) }
  })
}
