// What the database says of the whole installation, whichever process is asked, and what the asked process says of itself.
import { gpuKey, lastReadings } from '@/lib/db/gpu-readings'
import * as rows from '@/lib/db/metric-rows'
import { agentStanding, agentStandings } from '@/lib/domain/agent-standing'
import { DomainError } from '@/lib/domain/errors'
import { byLabel, gauge, type Metric, metricsText } from '@/lib/domain/metrics'
import { sessionStates } from '@/lib/domain/session-lifecycle'
import type { Deps } from './deps'
import { processMetrics } from './process-metrics'

export async function readMetrics(deps: Pick<Deps, 'db' | 'clock' | 'config'>): Promise<string> {
  try {
    return metricsText([...(await installationMetrics(deps)), ...processMetrics(deps.config)])
  } catch (cause) {
    throw new DomainError('database_unavailable', { cause })
  }
}

/** In seconds. */
const unusedFor = { '1h': 3_600, '8h': 28_800, '24h': 86_400, '7d': 604_800 } as const

const steps = ['placed', 'pulled', 'created', 'started', 'answered', 'first_viewer'] as const

async function installationMetrics({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<Metric[]> {
  const now = clock.now()
  const [launches, sessions, uses, oldest, agents, transfers] = await Promise.all([
    rows.launchSteps(db, steps, now),
    rows.sessionCounts(db),
    rows.useCounts(db, Object.values(unusedFor), now),
    rows.oldestQueued(db),
    rows.agentNumbers(db),
    rows.transferCounts(db),
  ])
  const readings = await lastReadings(
    db,
    agents.map(({ id }) => id),
    now,
  )
  return [
    ...launchMetrics(launches),
    ...sessionMetrics(sessions, oldest, now),
    ...useMetrics(uses),
    ...agentMetrics(agents),
    ...gpuMetrics(agents, readings),
    ...transferMetrics(transfers),
  ]
}

function launchMetrics(launches: readonly rows.LaunchStep[]): Metric[] {
  const counts = Object.fromEntries(launches.map(({ code, sessions }) => [code, sessions]))
  const times = launches.flatMap(({ code, quantiles }) =>
    rows.launchQuantiles.map((quantile, index) => ({
      labels: { step: code, quantile: String(quantile) },
      value: quantiles[index] ?? Number.NaN,
    })),
  )
  return [
    gauge('berth_launches', 'Launches of the last hour that reached the step.', byLabel('step', steps, counts)),
    gauge(
      'berth_launch_seconds',
      'From the click to the step, of launches of the last hour; waiting in the queue counts.',
      times,
    ),
  ]
}

function sessionMetrics(counts: readonly rows.SessionCount[], oldest: Date | null, now: Date): Metric[] {
  const of = (owned: boolean) =>
    Object.fromEntries(counts.filter((count) => count.owned === owned).map(({ state, sessions }) => [state, sessions]))
  const owned = of(true)
  const states = sessionStates.filter((state) => state !== 'deleted')
  const waitedMs = oldest ? Math.max(0, now.getTime() - oldest.getTime()) : 0
  return [
    gauge('berth_sessions', 'Sessions of people.', byLabel('state', states, owned)),
    gauge('berth_ready_sessions', 'Sessions kept running for whoever launches next.', [{ value: of(false).running ?? 0 }]),
    gauge('berth_queue_sessions', 'Sessions that wait for a place.', [{ value: owned.queued ?? 0 }]),
    gauge('berth_queue_oldest_seconds', 'How long the first of them has waited; 0 where none waits.', [
      { value: waitedMs / 1000 },
    ]),
  ]
}

function useMetrics({ viewers, watched, unused }: rows.UseCounts): Metric[] {
  const samples = Object.keys(unusedFor).map((longer, index) => ({ labels: { longer }, value: unused[index] ?? 0 }))
  return [
    gauge('berth_viewers', 'Tabs and programs that have a desktop open, through all gateways.', [{ value: viewers }]),
    gauge('berth_sessions_watched', 'Sessions with at least one of them.', [{ value: watched }]),
    gauge('berth_sessions_unused', 'Sessions of people that run and had no input of a person for longer than that.', samples),
  ]
}

function agentMetrics(agents: readonly rows.AgentNumbers[]): Metric[] {
  const counts: Record<string, number> = {}
  for (const agent of agents) {
    const standing = agent.enabled ? agentStanding(agent) : 'disabled'
    counts[standing] = (counts[standing] ?? 0) + 1
  }
  const known = (pick: (agent: rows.AgentNumbers) => number | null) =>
    agents.flatMap((agent) => {
      const value = agent.status === 'up' ? pick(agent) : null
      return value === null ? [] : [{ labels: { agent: agent.name }, value }]
    })
  const up = agents.map((agent) => ({ labels: { agent: agent.name }, value: agent.status === 'up' ? 1 : 0 }))
  return [
    gauge('berth_agents', 'Registered Docker hosts.', byLabel('status', agentStandings, counts)),
    gauge('berth_agent_up', '1 where the host answered when it was last asked.', up),
    gauge(
      'berth_agent_latency_seconds',
      'What most of the last calls took.',
      known(({ latencyMs }) => latencyMs && latencyMs / 1000),
    ),
    gauge(
      'berth_agent_disk_free_bytes',
      'Free where the engine keeps its images.',
      known((agent) => agent.diskFreeBytes),
    ),
  ]
}

type Readings = Awaited<ReturnType<typeof lastReadings>>

function gpuMetrics(agents: readonly rows.AgentNumbers[], readings: Readings): Metric[] {
  const each = (pick: (gpu: rows.AgentNumbers['gpus'][number], agent: rows.AgentNumbers) => number | null | undefined) =>
    agents.flatMap((agent) =>
      agent.gpus.flatMap((gpu) => {
        const value = pick(gpu, agent)
        return value === null || value === undefined ? [] : [{ labels: { agent: agent.name, gpu: gpu.uuid }, value }]
      }),
    )
  const last = ({ uuid }: { uuid: string }, { id }: rows.AgentNumbers) => readings.get(gpuKey(id, uuid))
  return [
    gauge(
      'berth_gpu_held',
      '1 where a session holds the GPU.',
      each((gpu) => Math.min(1, gpu.holds.length)),
    ),
    gauge(
      'berth_gpu_utilization_ratio',
      'How busy the GPU is, 0 to 1; none where it does not tell.',
      each((gpu, agent) => {
        const percent = last(gpu, agent)?.utilizationPercent
        return percent === null || percent === undefined ? null : percent / 100
      }),
    ),
    gauge(
      'berth_gpu_memory_used_bytes',
      'Memory of the GPU in use.',
      each((gpu, agent) => last(gpu, agent)?.memoryUsedBytes),
    ),
  ]
}

/** What is done with its images stands in no row any more; of a push the last one of each workspace stays until the next. */
const transferStates = {
  pull: ['waiting', 'pulling', 'failed'],
  copy: ['waiting', 'pulling', 'failed'],
  push: ['waiting', 'pushing', 'failed'],
} as const

function transferMetrics(counts: readonly rows.TransferCount[]): Metric[] {
  const samples = Object.entries(transferStates).flatMap(([kind, states]) =>
    states.map((state) => ({
      labels: { kind, state },
      value: counts.find((count) => count.kind === kind && count.state === state)?.images ?? 0,
    })),
  )
  return [
    gauge(
      'berth_image_transfers',
      'Images on their way: to an agent from a registry (pull) or from another agent (copy), or to a registry (push).',
      samples,
    ),
  ]
}
