// What differs between the database and the hosts, in words: the check after every fault. It asks the engines themselves, past the network and
// past the portal's own code for looking.
import type Docker from 'dockerode'
import { type HostedPortal, holdsInLedger, holdsOnHosts } from '@/e2e/testbed/hosted-portal'
import type { Session } from '@/lib/db/generated/client'

type Found = { agentId: string; sessionId: string; info: Docker.ContainerInspectInfo }

const onAgent: readonly Session['state'][] = ['starting', 'running', 'paused', 'stopping', 'deleting']

export async function discrepancies(portal: HostedPortal): Promise<string[]> {
  const [sessions, agents, found] = await Promise.all([
    portal.db.session.findMany({ where: { state: { not: 'deleted' } } }),
    portal.db.agent.findMany({ where: { removedAt: null } }),
    containersOf(portal),
  ])
  const said: string[] = []
  for (const { name, status } of agents) if (status !== 'up') said.push(`the agent ${name} is ${status}`)
  for (const session of sessions) said.push(...unfinished(session), ...againstContainers(session, found))
  for (const { sessionId, agentId } of found) {
    const row = sessions.find(({ id }) => id === sessionId)
    if (!row || row.agentId !== agentId || !onAgent.includes(row.state)) said.push(`orphan: a container of ${sessionId}`)
  }
  for (const agent of agents) {
    const here = found.filter(({ agentId, info }) => agentId === agent.id && info.State.Status !== 'exited')
    const sum = (of: (info: Docker.ContainerInspectInfo) => number) => here.reduce((total, { info }) => total + of(info), 0)
    const cpuMillis = sum(({ HostConfig }) => (HostConfig.NanoCpus ?? 0) / 1_000_000)
    const memoryBytes = sum(({ HostConfig }) => HostConfig.Memory ?? 0)
    if (agent.cpuMillisHeld !== cpuMillis) said.push(`CPU of ${agent.name}: ${agent.cpuMillisHeld} held, ${cpuMillis} given`)
    if (agent.memoryBytesHeld !== memoryBytes)
      said.push(`memory of ${agent.name}: ${agent.memoryBytesHeld} held, ${memoryBytes} given`)
  }
  const [ledger, given] = [await holdsInLedger(portal), await holdsOnHosts(portal)]
  if (ledger.join() !== given.join()) said.push(`GPUs: ${ledger.join(', ') || 'none'} held, ${given.join(', ') || 'none'} given`)
  return said
}

async function containersOf(portal: HostedPortal): Promise<Found[]> {
  const found: Found[] = []
  for (const host of portal.hosts) {
    const filters = { label: [`berth.install=${portal.installId}`, 'berth.session'] }
    for (const { Id } of await host.docker.listContainers({ all: true, filters })) {
      const info = await host.docker.getContainer(Id).inspect()
      found.push({ agentId: portal.agentIdOf(host), sessionId: info.Config.Labels['berth.session'] ?? '', info })
    }
  }
  return found
}

/** What was asked for is there, or it has ended; nothing stays half done. */
function unfinished({ id, state, wanted, held }: Session): string[] {
  const said: string[] = []
  const atRest = ['failed', 'lost', 'queued'].includes(state) ? wanted !== 'deleted' : state === wanted
  if (!atRest) said.push(`unfinished: ${id} is ${state} and wanted ${wanted}`)
  if (held !== (state === 'running' || state === 'paused') && atRest) said.push(`held: ${id} is ${state} and held ${held}`)
  return said
}

function againstContainers(session: Session, found: readonly Found[]): string[] {
  const own = found.filter(({ sessionId }) => sessionId === session.id)
  if (own.length > 1) return [`double: ${own.length} containers of ${session.id}`]
  if (session.state !== 'running' && session.state !== 'paused') return []
  const [only] = own
  if (!only) return [`gone: ${session.id} is ${session.state} and has no container`]
  const { info, agentId } = only
  const said: string[] = []
  if (agentId !== session.agentId) said.push(`elsewhere: the container of ${session.id}`)
  if (info.State.Status !== session.state) said.push(`${session.id} is ${session.state}, its container ${info.State.Status}`)
  if (info.Id !== session.containerId) said.push(`another container than known of ${session.id}`)
  if (info.State.StartedAt !== session.containerStartedAt) said.push(`another start than known of ${session.id}`)
  const ports = Object.values(info.NetworkSettings.Ports).flatMap((bound) =>
    (bound ?? []).map(({ HostPort }) => Number(HostPort)),
  )
  if (session.state === 'running' && !ports.includes(session.reachPort ?? 0))
    said.push(`${session.id} is reached at port ${session.reachPort}, its container has ${ports.join(', ')}`)
  return said
}
