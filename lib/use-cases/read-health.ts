// The state of the installation for administrators: what is measured here, and what controllers have seen of agents.
import { lookup } from 'node:dns/promises'
import { readFile, statfs } from 'node:fs/promises'
import { generatedCertificatePath } from '@/lib/config'
import { agentRowInclude, toAgentRow } from '@/lib/db/agent-views'
import { endOfPem } from '@/lib/db/certificate-end'
import type { Actor } from '@/lib/domain/actor'
import { type HealthFacts, type HealthFinding, judgeHealth } from '@/lib/domain/health'
import { newId } from '@/lib/domain/ids'
import { assertCan } from '@/lib/domain/permissions'
import { sessionOrigin, sharedParent } from '@/lib/domain/session-origin'
import { withinMs } from '@/lib/domain/within-ms'
import { probeGateway } from '@/lib/outbound/probe-gateway'
import { shownCertificateEnd } from '@/lib/outbound/shown-certificate'
import { makeProbeToken } from '@/lib/secrets/probe-token'
import type { Deps } from './deps'

export type HealthReport = {
  database: { version: string; latencyMs: number }
  agents: number
  findings: HealthFinding[]
}

const patienceMs = 2_000

export async function readHealth({ db, clock, keys, config }: Deps, actor: Actor): Promise<HealthReport> {
  assertCan(actor, 'fleet:view')
  // Alone and first: what runs beside it would count as its latency.
  const database = await askDatabase({ db, clock })
  const [rows, portalCertEndsAt, shownCertificates, wildcardProblem, gatewayProblem, dataDisk] = await Promise.all([
    db.agent.findMany({ where: { removedAt: null }, include: agentRowInclude, orderBy: { name: 'asc' } }),
    portalCertificateEnd(config),
    shownCertificatesOf(config),
    wildcardProblemOf(config.sessionDomain),
    gatewayProblemOf({ clock, keys, config }),
    dataDiskOf(config.dataDir),
  ])
  const findings = judgeHealth({
    now: clock.now(),
    database,
    agents: rows.map(toAgentRow),
    portalCertEndsAt,
    shownCertificates,
    portalMadeItsCert: config.tls.kind === 'generated',
    wildcardProblem,
    gatewayProblem,
    dataDisk,
    databaseIsEmbedded: config.databaseIsEmbedded,
    usesSessionPorts: config.sessionMode === 'port',
    sharedSite: config.sessionDomain === null ? null : sharedParent(config.publicUrl.hostname, config.sessionDomain),
  })
  return { database: { version: database.version, latencyMs: database.latencyMs }, agents: rows.length, findings }
}

const tries = 3

/** The quickest of a few: the first may wait for a connection, and any for a busy process, which is not the database's doing. */
async function askDatabase(deps: Pick<Deps, 'db' | 'clock'>) {
  let quickest = await askOnce(deps)
  for (let count = 1; count < tries; count++) {
    const next = await askOnce(deps)
    if (next.latencyMs < quickest.latencyMs) quickest = next
  }
  return quickest
}

async function askOnce({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const began = performance.now()
  const startedAtMs = clock.now().getTime()
  const [row] = await db.$queryRaw<{ at: Date; version: string }[]>`
    SELECT clock_timestamp() AS at, current_setting('server_version') AS version`
  const latencyMs = performance.now() - began
  const clockAheadMs = (row?.at.getTime() ?? startedAtMs) - (startedAtMs + latencyMs / 2)
  return { version: row?.version ?? '', latencyMs, clockAheadMs }
}

async function dataDiskOf(path: string): Promise<HealthFacts['dataDisk']> {
  const disk = await statfs(path).catch(() => null)
  return disk && { path, freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize }
}

async function portalCertificateEnd({ tls, dataDir }: Deps['config']): Promise<string | null> {
  if (tls.kind === 'none') return null
  if (tls.kind === 'generated') return endOfPem(await generatedCertificate(dataDir))
  return endOfPem(await readFile(tls.certPath, 'utf8').catch(() => null))
}

/** Of the portal, and of the sessions where their names need another one. */
async function shownCertificatesOf(config: Deps['config']): Promise<HealthFacts['shownCertificates']> {
  const { tls, publicUrl, sessionDomain } = config
  if (tls.kind !== 'none' || publicUrl.protocol !== 'https:') return []
  const session =
    sessionDomain === null
      ? []
      : [sessionOrigin({ mode: 'domain', publicUrl, sessionDomain }, { id: newId(), gatewayPort: null })]
  const asked = [publicUrl.origin, ...session].map(async (origin) => {
    const endsAt = await shownCertificateEnd(new URL(origin), { timeoutMs: patienceMs })
    return endsAt === null
      ? []
      : [{ origin: sessionDomain && origin !== publicUrl.origin ? `*.${sessionDomain}` : origin, endsAt }]
  })
  return (await Promise.all(asked)).flat()
}

async function wildcardProblemOf(domain: string | null): Promise<HealthFacts['wildcardProblem']> {
  // Browsers know by themselves where localhost is.
  if (domain === null || domain === 'localhost' || domain.endsWith('.localhost')) return null
  const asked = lookup(`berth-health.${domain}`).then(
    () => null,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOTFOUND' ? 'there is no such name' : `DNS says ${error.code}`),
  )
  const late = () => new Error('no answer in time')
  const said = await withinMs(patienceMs, asked, late).catch(({ message }: Error) => message)
  return said === null ? null : { domain, said }
}

/** The way of a browser to a desktop of nobody: through DNS, proxies and TLS to whichever gateway answers. */
async function gatewayProblemOf({
  clock,
  keys,
  config,
}: Pick<Deps, 'clock' | 'keys' | 'config'>): Promise<HealthFacts['gatewayProblem']> {
  const { publicUrl, sessionDomain, sessionPorts, tls } = config
  if (sessionDomain === null && sessionPorts === null) return null
  const rules =
    sessionDomain === null ? { mode: 'port' as const, publicUrl } : { mode: 'domain' as const, publicUrl, sessionDomain }
  const origin = sessionOrigin(rules, { id: newId(), gatewayPort: sessionPorts?.from ?? null })
  const said = await probeGateway({
    origin,
    authorization: makeProbeToken(keys, new URL(origin).hostname, clock.now()),
    ownCertificatePem: tls.kind === 'generated' ? await generatedCertificate(config.dataDir) : null,
    timeoutMs: 3_000,
  })
  return said === null ? null : { origin, said }
}

async function generatedCertificate(dataDir: string): Promise<string | null> {
  const pem = await readFile(generatedCertificatePath(dataDir), 'utf8').catch(() => '')
  return /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0] ?? null
}
