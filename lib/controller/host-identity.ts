// Which engine an agent is: an id of ours in a volume on the host. What Docker calls its id is the same on machines that were cloned.
import { randomBytes } from 'node:crypto'
import {
  type AgentHost,
  agentOfHost,
  clearOtherEngine,
  ensureAgentHost,
  namedContainers,
  noteOtherEngine,
  writeHostId,
} from '@/lib/db/agent-host'
import type { AgentRow } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'
import type { ContainerHost, HostNotes } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { type HostVolume, otherEngineWords } from '@/lib/domain/host-claim'
import { newId } from '@/lib/domain/ids'

export type IdentityDeps = {
  db: Db
  installId: string /** Whoever acts there: only looked at. */
  notesOf(agent: AgentRow): HostNotes
}

/** What is asked of a host before anything is done there. */
export type LookedAt = HostNotes & Pick<ContainerHost, 'list'>

export function identityName(installId: string): string {
  return `berth-host-${installId}`
}

function hostIdIn(volumes: readonly HostVolume[], installId: string): string | null {
  const found = volumes.find((volume) => volume.name === identityName(installId))
  return found?.says.kind === 'identity' ? found.says.hostId : null
}

/**
 * Throws agent_same_host where the engine is another agent's, or may be; agent_other_engine where it is not the one that the agent's sessions
 * run on. An identity that was lost beside their containers is made again.
 */
export async function identifyHost(
  deps: IdentityDeps,
  row: AgentHost,
  notes: LookedAt,
  volumes: readonly HostVolume[],
  signal: AbortSignal,
): Promise<void> {
  await findIdentity(deps, row, notes, volumes, signal)
  if (row.otherEngineSince !== null) await clearOtherEngine(deps.db, row.agentId)
}

async function findIdentity(
  deps: IdentityDeps,
  row: AgentHost,
  notes: LookedAt,
  volumes: readonly HostVolume[],
  signal: AbortSignal,
): Promise<void> {
  const { db, installId } = deps
  const name = identityName(installId)
  let seen = hostIdIn(volumes, installId)
  if (seen === null) {
    await assertStillIts(db, row, notes, signal)
    await notes.makeHostVolume(name, { kind: 'identity', hostId: row.hostId ?? newId() }, signal)
    // Another process may have been first: what stands there counts.
    seen = hostIdIn(await notes.hostVolumes(signal), installId)
  }
  if (seen === null || seen === row.hostId) return
  const holder = await agentOfHost(db, seen)
  const isOthers = holder !== null && holder.id !== row.agentId
  if (isOthers) await assertClone(deps, holder, notes, signal)
  await assertStillIts(db, row, notes, signal)
  if (!isOthers) {
    if (await writeHostId(db, row.agentId, seen)) return
    throw new DomainError('agent_same_host', { message: 'Another agent was added for this very engine just now.' })
  }
  const hostId = newId()
  await notes.removeHostVolume(name, signal)
  await notes.makeHostVolume(name, { kind: 'identity', hostId }, signal)
  await writeHostId(db, row.agentId, hostId)
}

/** An engine without the agent's identity is still the agent's where one of its sessions' containers is, or none is to be lost. */
async function assertStillIts(db: Db, { agentId, hostId }: AgentHost, notes: LookedAt, signal: AbortSignal): Promise<void> {
  if (hostId !== null) await assertHasContainers(db, agentId, notes, signal)
}

async function assertHasContainers(
  db: Db,
  agentId: string,
  host: Pick<ContainerHost, 'list'>,
  signal: AbortSignal,
): Promise<void> {
  const named = await namedContainers(db, agentId)
  const toLose = named.filter(({ leaving }) => !leaving).length
  if (toLose === 0) return
  const { seen, unknown } = await host.list(signal)
  const there = new Set([...seen, ...unknown].map(({ id }) => id))
  if (named.some(({ id }) => there.has(id))) return
  await noteOtherEngine(db, agentId, new Date())
  throw new DomainError('agent_other_engine', otherEngineWords(toLose))
}

/** Where identities are not looked at: what Docker calls the engine, which says less, since clones have the same. */
export async function assertKnownEngine(
  db: Db,
  agentId: string,
  host: Pick<ContainerHost, 'facts' | 'list'>,
  signal: AbortSignal,
): Promise<void> {
  const { engineId, otherEngineSince } = await ensureAgentHost(db, agentId)
  if (engineId !== null && (await host.facts(signal)).engineId !== engineId) await assertHasContainers(db, agentId, host, signal)
  if (otherEngineSince !== null) await clearOtherEngine(db, agentId)
}

/** Two ways with one id are one engine, or a machine and its clone: a word that is written through one is there on the other, or is not. */
async function assertClone({ notesOf }: IdentityDeps, holder: AgentRow, notes: HostNotes, signal: AbortSignal): Promise<void> {
  const nonce = `berth-nonce-${randomBytes(12).toString('hex')}`
  await notes.makeHostVolume(nonce, { kind: 'nonce' }, signal)
  let there: HostVolume[]
  try {
    there = await notesOf(holder).hostVolumes(signal)
  } catch (cause) {
    throw new DomainError('agent_same_host', {
      message: `This may be the Docker Engine of the agent "${holder.name}", which does not answer now.`,
      hint: 'Bring that agent back or remove it; then it is told apart.',
      cause,
    })
  } finally {
    await notes.removeHostVolume(nonce, AbortSignal.timeout(10_000)).catch(() => undefined)
  }
  if (there.some((volume) => volume.name === nonce))
    throw new DomainError('agent_same_host', {
      message: `This is the Docker Engine of the agent "${holder.name}".`,
      hint:
        'One engine can be one agent only, or what it has would be handed out twice. Remove this agent. Sessions of this agent run on and stay open; ' +
        'where there are any, docs/agents.md#which-host-it-is says how they are ended first.',
    })
}

/** For a connection that is only tried: an engine that nobody has looked at yet is found out when it is first acted upon. */
export async function assertNoOtherAgent(
  deps: IdentityDeps,
  notes: HostNotes,
  agentId: string | null,
  signal: AbortSignal,
): Promise<void> {
  const seen = hostIdIn(await notes.hostVolumes(signal), deps.installId)
  const holder = seen === null ? null : await agentOfHost(deps.db, seen)
  if (holder && holder.id !== agentId) await assertClone(deps, holder, notes, signal)
}
