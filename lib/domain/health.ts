// What is wrong with an installation, as stable codes in words for administrators; each has a section in docs/health.md.
import type { AgentRow } from './agent-view'
import { endingCertificate } from './certificate-ends'
import { type DataDisk, judgeDataDisk } from './data-disk'
import { takenWords } from './host-claim'
import { engineWeakness } from './vulnerable-engines'

export const healthCodes = [
  'database_unreachable',
  'database_slow',
  'clock_skew',
  'portal_certificate_ends',
  'portal_disk_low',
  'wildcard_dns',
  'gateway_unreachable',
  'session_ports',
  'session_site',
  'no_agents',
  'agent_unreachable',
  'agent_taken',
  'agent_new',
  'agent_slow',
  'agent_drained',
  'disk_low',
  'certificate_ends',
  'engine_vulnerable',
  'gpu_problem',
] as const
export type HealthCode = (typeof healthCodes)[number]
export type HealthSeverity = 'error' | 'warning' | 'note'
export type HealthFinding = { code: HealthCode; severity: HealthSeverity; text: string; hint: string; href: string | null }

export type HealthFacts = {
  now: Date
  /** Null: it does not answer, and nothing else of this is known. */
  database: { latencyMs: number; clockAheadMs: number } | null
  agents: readonly AgentRow[]
  /** Of the certificate that this process serves with; null where it has none. */
  portalCertEndsAt: string | null
  portalMadeItsCert: boolean
  /** What a reverse proxy shows browsers there; empty where none has the TLS, or where it could not be asked. */
  shownCertificates: readonly { origin: string; endsAt: string }[]
  /** Why a name below the session domain does not resolve; null where it does, or none is needed. */
  wildcardProblem: { domain: string; said: string } | null
  /** Why a WebSocket to a session's origin does not come through; null where it does. */
  gatewayProblem: { origin: string; said: string } | null
  /** Where this process keeps its data. */
  dataDisk: DataDisk | null
  databaseIsEmbedded: boolean
  usesSessionPorts: boolean
  /** The name above both the portal and its sessions, at which both get each other's cookies; null where there is none. */
  sharedSite: string | null
}

const slowDatabaseMs = 250
const mostSkewMs = 5_000
/** Nothing is decided by a host's clock but whether a certificate is good; asking for it may take some of this. */
const mostHostSkewMs = 30_000
const warnDaysBefore = 30
const order: Record<HealthSeverity, number> = { error: 0, warning: 1, note: 2 }

/** Worst first. */
export function judgeHealth(facts: HealthFacts): HealthFinding[] {
  if (facts.database === null) return [databaseUnreachable]
  const found = [...ofPortal(facts), ...judgeDataDisk(facts.dataDisk, facts.databaseIsEmbedded), ...ofAgents(facts)]
  return found.sort((a, b) => order[a.severity] - order[b.severity])
}

/** Also what every page shows meanwhile. */
export const databaseUnreachable: HealthFinding = {
  code: 'database_unreachable',
  severity: 'error',
  text: 'The database does not answer.',
  hint:
    'Nobody can sign in, and nothing starts or ends; desktops that are open go on. An administrator looks at PostgreSQL, its disk and the network ' +
    'to it. This works again by itself when it answers.',
  href: null,
}

function ofPortal(facts: HealthFacts): HealthFinding[] {
  const { now, database, portalCertEndsAt, wildcardProblem, gatewayProblem } = facts
  if (database === null) return []
  const found: HealthFinding[] = []
  const add = (code: HealthCode, severity: HealthSeverity, text: string, hint: string) =>
    found.push({ code, severity, text, hint, href: null })
  if (database.latencyMs > slowDatabaseMs) {
    const text = `The database takes ${Math.round(database.latencyMs)} ms to answer the simplest question.`
    add('database_slow', 'warning', text, 'Look at the load of its machine and at the network to it.')
  }
  if (Math.abs(database.clockAheadMs) > mostSkewMs) {
    const seconds = Math.round(Math.abs(database.clockAheadMs) / 1000)
    const text = `The clock of the database is ${seconds} s ${database.clockAheadMs > 0 ? 'ahead of' : 'behind'} the clock of the portal.`
    add('clock_skew', 'error', text, 'Let both machines keep time with NTP: timedatectl says whether they do.')
  }
  const judgeCertificate = (whose: string, endsAt: string, hint: string) => {
    const left = Date.parse(endsAt) - now.getTime()
    if (left <= 0) return add('portal_certificate_ends', 'error', `The certificate of ${whose} has ended.`, hint)
    if (left > warnDaysBefore * 86_400_000) return
    const days = Math.max(1, Math.floor(left / 86_400_000))
    const text = `The certificate of ${whose} ends in ${days === 1 ? 'about a day' : `${days} days`}.`
    add('portal_certificate_ends', 'warning', text, hint)
  }
  if (portalCertEndsAt !== null)
    judgeCertificate('the portal', portalCertEndsAt, facts.portalMadeItsCert ? madeCertHint : certFilesHint)
  for (const { origin, endsAt } of facts.shownCertificates) judgeCertificate(origin, endsAt, shownCertHint)
  if (wildcardProblem) {
    const text = `Names below ${wildcardProblem.domain} do not resolve here: ${wildcardProblem.said}.`
    add('wildcard_dns', 'error', text, `Make a DNS record for *.${wildcardProblem.domain}, or no desktop opens.`)
  }
  if (gatewayProblem) {
    const text = `A WebSocket to ${gatewayProblem.origin} does not come through to a gateway: ${gatewayProblem.said}.`
    add(
      'gateway_unreachable',
      'error',
      text,
      'Desktops may not open. Look at the reverse proxy, the certificate and the gateways.',
    )
  }
  return [...found, ...ofSessionOrigins(facts)]
}

/** What browsers do not keep apart, whatever the portal does. */
function ofSessionOrigins({ usesSessionPorts, sharedSite }: HealthFacts): HealthFinding[] {
  const note = (code: HealthCode, text: string, hint: string): HealthFinding[] => [
    { code, severity: 'note', text, hint, href: null },
  ]
  if (usesSessionPorts) {
    const text =
      'Sessions have ports instead of host names, and browsers do not keep the cookies of two ports apart: what runs in a desktop can sign the person who looks at it out of the portal, or in as somebody else.'
    return note('session_ports', text, 'Wildcard DNS and BERTH_SESSION_DOMAIN give each session an origin of its own.')
  }
  if (sharedSite === null) return []
  const text = `The portal and its sessions lie below ${sharedSite}: what runs in a desktop can fill that name with cookies, which signs the person who looks at it out of the portal.`
  return note(
    'session_site',
    text,
    'A BERTH_SESSION_DOMAIN that is used for nothing else, and not below the portal’s own domain, takes this away.',
  )
}

const certFilesHint = 'Renew it and put it where BERTH_TLS_CERT and BERTH_TLS_KEY point; the portal takes it within the hour.'
const shownCertHint = 'Renew it where it is: the reverse proxy in front of the portal shows it to browsers.'
const madeCertHint =
  'The portal should have renewed it sixty days before its end: see in its log why it could not, most often a full or read-only data directory.'

function ofAgents({ agents, now }: HealthFacts): HealthFinding[] {
  if (agents.length > 0) return agents.flatMap((agent) => ofAgent(agent, now))
  const hint = 'Add a Docker host, so that sessions have a place to run.'
  return [{ code: 'no_agents', severity: 'error', text: 'No agent is registered.', hint, href: '/admin/agents/new' }]
}

function ofAgent(agent: AgentRow, now: Date): HealthFinding[] {
  // What an administrator switched off is nobody's worry.
  if (!agent.enabled) return []
  const found: HealthFinding[] = []
  const add = (code: HealthCode, severity: HealthSeverity, text: string, hint: string) =>
    found.push({ code, severity, text: `${agent.name}: ${text}`, hint, href: `/admin/agents/${agent.id}` })
  const away = whyAway(agent)
  if (away) add(away.code, 'error', away.text, away.hint)
  if (agent.standing === 'new')
    add('agent_new', 'warning', 'no controller has looked at it yet.', 'Check that a process runs with the controller role.')
  if (agent.standing === 'slow') {
    const text = `it takes ${Math.round(agent.latencyMs ?? 0)} ms to say what runs there.`
    add('agent_slow', 'warning', text, 'Look at the load of the host and at the network to it.')
  }
  const skew = skewWords(agent)
  if (skew)
    add('clock_skew', 'warning', skew, 'Let it keep time with NTP (timedatectl): whether a certificate is good depends on it.')
  if (agent.standing === 'drained') {
    const why = agent.drain?.message ? `: ${agent.drain.message}` : '.'
    add('agent_drained', 'note', `it is out of service${why}`, 'No session starts there until it is put back into service.')
  }
  if (agent.disk.low)
    add(
      'disk_low',
      'warning',
      'little disk space is free.',
      'No launch and no fetch of an image starts there until space is free.',
    )
  const ending = endingCertificate(agent.certificates, now)
  if (ending) add('certificate_ends', Date.parse(ending.endsAt) <= now.getTime() ? 'error' : 'warning', ending.text, ending.hint)
  const weakness = engineWeakness(agent.engineVersion)
  if (weakness) {
    const text = `Docker ${agent.engineVersion} came with a known way out of containers (${weakness.cve}).`
    add('engine_vulnerable', 'error', text, `Update Docker and runc there: ${weakness.fixedIn} or newer.`)
  }
  for (const diagnosis of agent.gpuDiagnoses) add('gpu_problem', diagnosis.severity, diagnosis.text, diagnosis.hint)
  return found
}

/** One that does not answer may have been set right since. */
function skewWords({ clockAheadMs, standing }: AgentRow): string | null {
  if (clockAheadMs === null || standing === 'unreachable' || Math.abs(clockAheadMs) <= mostHostSkewMs) return null
  const seconds = Math.round(Math.abs(clockAheadMs) / 1000)
  return `its clock is ${seconds} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} the portal’s.`
}

/** Why nothing happens there; null where something does. */
function whyAway({ otherPortal, standing, statusReason }: AgentRow): Pick<HealthFinding, 'code' | 'text' | 'hint'> | null {
  if (otherPortal) {
    const { message, hint } = takenWords(otherPortal)
    return { code: 'agent_taken', text: `${message.charAt(0).toLowerCase()}${message.slice(1)}`, hint }
  }
  if (standing !== 'unreachable') return null
  const hint = 'Check the host and its Docker Engine. Its sessions are kept and come back when it does.'
  return { code: 'agent_unreachable', text: `it does not answer: ${statusReason ?? 'no reason known'}`, hint }
}
