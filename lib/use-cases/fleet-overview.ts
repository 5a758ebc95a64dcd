// The fleet at a glance: capacity, sessions, queue, the last launches with their times, and what needs someone.
import { agentRowInclude, toAgentRow } from '@/lib/db/agent-views'
import type { Tx } from '@/lib/db/client'
import type { Actor } from '@/lib/domain/actor'
import { agentStandings } from '@/lib/domain/agent-standing'
import type { AgentRow, FleetOverview } from '@/lib/domain/agent-view'
import { endingCertificate } from '@/lib/domain/certificate-ends'
import { assertCan } from '@/lib/domain/permissions'
import type { SessionEventCode } from '@/lib/domain/session-events'
import { ownerWords } from '@/lib/domain/session-owner'
import type { Deps } from './deps'

export async function fleetOverview({ db, clock }: Deps, actor: Actor): Promise<FleetOverview> {
  assertCan(actor, 'fleet:view')
  const [agentRows, states, ready, queue, recentLaunches] = await Promise.all([
    db.agent.findMany({ where: { removedAt: null }, include: agentRowInclude, orderBy: { name: 'asc' } }),
    db.session.groupBy({ by: ['state'], where: { userId: { not: null }, state: { not: 'deleted' } }, _count: true }),
    db.session.count({ where: { userId: null, state: 'running' } }),
    readQueue(db),
    readLaunches(db),
  ])
  const agents = agentRows.map(toAgentRow)
  const usable = agents.filter((agent) => agent.enabled)
  const sum = (pick: (agent: AgentRow) => number) => usable.reduce((total, agent) => total + pick(agent), 0)
  return {
    agents: countStandings(agents),
    cpuMillis: { held: sum((agent) => agent.cpuMillis.held), total: sum((agent) => agent.cpuMillis.total ?? 0) },
    memoryBytes: { held: sum((agent) => agent.memoryBytes.held), total: sum((agent) => agent.memoryBytes.total ?? 0) },
    gpus: { held: sum((agent) => agent.gpus.held), total: sum((agent) => agent.gpus.total) },
    sessionsByState: Object.fromEntries(states.map((group) => [group.state, group._count])),
    ready,
    queue,
    recentLaunches,
    warnings: warningsOf(agents, clock.now()),
  }
}

function countStandings(agents: AgentRow[]): FleetOverview['agents'] {
  const counts = Object.fromEntries(agentStandings.map((standing) => [standing, 0])) as FleetOverview['agents']
  // One that is switched off and silent is nobody's worry.
  for (const { enabled, standing } of agents) counts[enabled ? standing : 'disabled']++
  return counts
}

async function readQueue(db: Tx): Promise<FleetOverview['queue']> {
  const rows = await db.session.findMany({
    where: { state: 'queued', userId: { not: null } },
    select: { id: true, imageName: true, queuePosition: true, queuedAt: true, createdAt: true, user: { select: { name: true } } },
    orderBy: [{ queuePosition: { sort: 'asc', nulls: 'last' } }, { queuedAt: 'asc' }],
    take: 50,
  })
  return rows.map((row, index) => ({
    sessionId: row.id,
    imageName: row.imageName,
    owner: ownerWords(row.user),
    position: row.queuePosition ?? index + 1,
    since: (row.queuedAt ?? row.createdAt).toISOString(),
  }))
}

const steps = {
  placedMs: 'placed',
  createdMs: 'created',
  startedMs: 'started',
  answeredMs: 'answered',
  firstViewerMs: 'first_viewer',
} as const satisfies Record<string, SessionEventCode>

async function readLaunches(db: Tx): Promise<FleetOverview['recentLaunches']> {
  const rows = await db.session.findMany({
    // What the portal keeps ready is no launch until somebody claims it, and work on an image is none of it.
    where: { userId: { not: null }, authoring: false },
    select: {
      id: true,
      imageName: true,
      state: true,
      createdAt: true,
      user: { select: { name: true } },
      events: {
        where: { code: { in: ['launched', ...Object.values(steps)] } },
        orderBy: { id: 'asc' },
        take: 20,
        select: { code: true, at: true },
      },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 12,
  })
  return rows.map((row) => {
    const since = (code: string) => {
      const event = row.events.find((candidate) => candidate.code === code)
      // What a claimed session had behind it already cost its launch no time.
      return event ? Math.max(0, event.at.getTime() - row.createdAt.getTime()) : null
    }
    return {
      sessionId: row.id,
      imageName: row.imageName,
      owner: ownerWords(row.user),
      at: row.createdAt.toISOString(),
      state: row.state,
      placedMs: since(steps.placedMs),
      createdMs: since(steps.createdMs),
      startedMs: since(steps.startedMs),
      answeredMs: since(steps.answeredMs),
      firstViewerMs: since(steps.firstViewerMs),
    }
  })
}

type Warnings = FleetOverview['warnings']

function warningsOf(agents: AgentRow[], now: Date): Warnings {
  if (agents.length > 0) return agents.flatMap((agent) => [...warningsOfAgent(agent), ...certificateWarning(agent, now)])
  return [
    {
      code: 'no_agents',
      text: 'No agent is registered.',
      hint: 'Add a Docker host, so that sessions have a place to run.',
      href: '/admin/agents/new',
    },
  ]
}

function certificateWarning({ id, name, certificates }: AgentRow, now: Date): Warnings {
  const ending = endingCertificate(certificates, now)
  if (!ending) return []
  return [{ code: 'certificate_ends', text: `${name}: ${ending.text}`, hint: ending.hint, href: `/admin/agents/${id}` }]
}

function warningsOfAgent(agent: AgentRow): Warnings {
  const warnings: Warnings = []
  const href = `/admin/agents/${agent.id}`
  if (agent.enabled && agent.status === 'unreachable') {
    const hint = 'Check the host and its Docker Engine. Its sessions are kept and come back when it does.'
    warnings.push({
      code: 'agent_unreachable',
      text: `${agent.name} does not answer: ${agent.statusReason ?? 'no reason known'}`,
      hint,
      href,
    })
  }
  if (agent.standing === 'slow') {
    warnings.push({
      code: 'agent_slow',
      text: `${agent.name} is slow: it takes ${Math.round(agent.latencyMs ?? 0)} ms to say what runs there.`,
      hint: 'Look at the load of the host and at the network to it. Launches there take as much longer.',
      href,
    })
  }
  const [diagnosis] = agent.enabled ? agent.gpuDiagnoses : []
  if (diagnosis) {
    warnings.push({ code: diagnosis.code, text: `${agent.name}: ${diagnosis.text}`, hint: diagnosis.hint, href })
  }
  if (agent.disk.low) {
    warnings.push({
      code: 'disk_low',
      text: `${agent.name} has little free disk space.`,
      hint: 'No launch and no fetch of an image starts there until space is free.',
      href,
    })
  }
  return warnings
}
