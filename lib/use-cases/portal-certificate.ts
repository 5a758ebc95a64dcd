// What another machine must be told to believe the portal's HTTPS: nothing where a known authority signed it, its certificate where
// the portal or an administrator made it himself.
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Config, generatedCertificatePath, nextCertificatePath } from '@/lib/config'

/** The certificate as PEM where it is its own authority; null where it is not, or where something in front speaks HTTPS. */
export async function selfMadeCertificate({ tls, dataDir }: Config): Promise<string | null> {
  if (tls.kind === 'none') return null
  return selfMadeIn(tls.kind === 'files' ? tls.certPath : generatedCertificatePath(dataDir))
}

/** The certificates that the portal shows now and next, each its own authority; none where everybody believes it anyhow. */
export async function believedCertificates(config: Config): Promise<string[]> {
  const now = await selfMadeCertificate(config)
  const next = config.tls.kind === 'generated' ? await selfMadeIn(nextCertificatePath(config.dataDir)).catch(() => null) : null
  return [...new Set([now, next].filter((certificate) => certificate !== null))]
}

async function selfMadeIn(path: string): Promise<string | null> {
  const pem = await readFile(path, 'utf8')
  // The generated file also holds the key, which must go nowhere.
  const [first] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(pem) ?? []
  if (!first) return null
  const certificate = new X509Certificate(first)
  return certificate.issuer === certificate.subject && certificate.verify(certificate.publicKey) ? `${first}\n` : null
}
