// The certificate that this process serves with: from files, or one of its own for session ports, kept in the data directory.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type Config, ConfigError } from '@/lib/config'
import type { Clock } from '@/lib/domain/clock'
import { ensureGeneratedCertificate } from '@/lib/gateway/generated-certificate'

export type Tls = { cert: string; key: string }

export async function loadTls(config: Config, clock: Clock): Promise<Tls | null> {
  if (config.tls.kind === 'none') return null
  if (config.tls.kind === 'generated') {
    const { dataDir, publicUrl } = config
    return await ensureGeneratedCertificate({ dataDir, publicHost: publicUrl.hostname, clock })
  }
  const tls = { cert: readFileSync(config.tls.certPath, 'utf8'), key: readFileSync(config.tls.keyPath, 'utf8') }
  assertCovers(tls, config, clock.now())
  return tls
}

/** A wrong certificate shows as a desktop that stays blank in an iframe; better said at the start. */
function assertCovers({ cert }: Tls, config: Config, now: Date): void {
  const certificate = new X509Certificate(cert)
  const sessionHost = config.sessionDomain ? `abc.${config.sessionDomain}` : null
  const hosts = [config.publicUrl.hostname, sessionHost].filter((host) => host !== null)
  const missing = hosts.filter((host) => (isIP(host) ? !certificate.checkIP(host) : !certificate.checkHost(host)))
  const problems = missing.map(
    (host) =>
      `BERTH_TLS_CERT does not cover ${host.replace(/^abc\./, '*.')} (it names ${certificate.subjectAltName ?? 'nothing'}).`,
  )
  if (new Date(certificate.validTo) < now) problems.push(`BERTH_TLS_CERT expired on ${certificate.validTo}.`)
  if (problems.length > 0) throw new ConfigError(problems)
}
