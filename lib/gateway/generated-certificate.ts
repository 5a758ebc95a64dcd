// Where sessions have ports instead of names, HTTPS needs a certificate that nobody sells for a bare address: Berth makes one and keeps it.
import { createHash, X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import { generate } from 'selfsigned'
import { generatedCertificatePath, nextCertificatePath } from '@/lib/config'
import type { Clock } from '@/lib/domain/clock'

const dayMs = 86_400_000
const validDays = 397
/** Health warns from thirty days before: only where this did not happen. */
const renewDaysBefore = 60
/** Hosts believe one certificate and no other: the next lies ready for this long before it is shown, and they hear of it. */
const announceDaysBefore = 120

export type GeneratedCertificate = {
  cert: string
  key: string /** SHA-256, `AA:BB:…`: what a careful person compares. */
  fingerprint: string
}

type Options = { dataDir: string; publicHost: string; clock: Clock }

/** The kept one, or where that is missing, damaged, for another host, or near its end, the next one or a new one. Browsers then ask once again. */
export async function ensureGeneratedCertificate({ dataDir, publicHost, clock }: Options): Promise<GeneratedCertificate> {
  const path = generatedCertificatePath(dataDir)
  const kept = await readKept(path)
  const now = clock.now()
  const nextPath = nextCertificatePath(dataDir)
  const next = await readKept(nextPath)
  if (kept && isUsable(kept.cert, publicHost, now)) {
    const isReady = next && isUsable(next.cert, publicHost, now, announceDaysBefore)
    if (!isReady && !isUsable(kept.cert, publicHost, now, announceDaysBefore))
      await keep(nextPath, await makeCertificate(publicHost, now))
    return kept
  }
  const chosen = next && isUsable(next.cert, publicHost, now) ? next : await makeCertificate(publicHost, now)
  await keep(path, chosen)
  return chosen
}

async function keep(path: string, made: GeneratedCertificate): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Key and certificate in one file, put in place in one step: a crash never leaves a pair that does not fit.
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, made.key + made.cert, { mode: 0o600 })
  await chmod(unfinished, 0o600)
  await rename(unfinished, path)
}

async function readKept(path: string): Promise<GeneratedCertificate | null> {
  const pem = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const key = /-----BEGIN (?:EC |RSA )?PRIVATE KEY-----[\s\S]*?-----END (?:EC |RSA )?PRIVATE KEY-----\r?\n?/.exec(pem)?.[0]
  const cert = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\r?\n?/.exec(pem)?.[0]
  return key && cert ? { key, cert, fingerprint: fingerprintOf(cert) } : null
}

function isUsable(cert: string, publicHost: string, now: Date, daysLeft = renewDaysBefore): boolean {
  try {
    const parsed = new X509Certificate(cert)
    const names = isIP(bare(publicHost)) ? parsed.checkIP(bare(publicHost)) : parsed.checkHost(publicHost)
    const starts = Date.parse(parsed.validFrom)
    const ends = Date.parse(parsed.validTo)
    return names !== undefined && starts <= now.getTime() && ends - now.getTime() > daysLeft * dayMs
  } catch {
    return false
  }
}

async function makeCertificate(publicHost: string, now: Date): Promise<GeneratedCertificate> {
  const hosts = [...new Set([bare(publicHost), 'localhost', '127.0.0.1', '::1'])]
  const altNames = hosts.map((host) => (isIP(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host }))
  const made = await generate([{ name: 'commonName', value: bare(publicHost).slice(0, 64) }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // An hour of leeway for clocks that are behind.
    notBeforeDate: new Date(now.getTime() - 3_600_000),
    notAfterDate: new Date(now.getTime() + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  })
  return { key: withNewline(made.private), cert: withNewline(made.cert), fingerprint: fingerprintOf(made.cert) }
}

/** An IPv6 host stands in brackets in a URL. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

function withNewline(pem: string): string {
  return `${pem.replaceAll('\r\n', '\n').trimEnd()}\n`
}

function fingerprintOf(cert: string): string {
  return (createHash('sha256').update(new X509Certificate(cert).raw).digest('hex').toUpperCase().match(/../g) ?? []).join(':')
}
