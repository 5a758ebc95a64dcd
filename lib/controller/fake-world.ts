// For tests: the controller's dependencies over fake engines. A desktop answers when its container runs at the address that is asked.
import { markUp } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'
import { loadSessionsOn } from '@/lib/db/controller-sessions'
import { takeLeases } from '@/lib/db/leases'
import { FakeHost } from '@/lib/docker/fake-host'
import type { SeenGpu } from '@/lib/domain/container-host'
import { newId } from '@/lib/domain/ids'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { newLimiter } from './limiter'
import { paceFor } from './pace'
import { openPullJobs } from './pull-jobs'
import { openPushJobs } from './push-jobs'
import { silentLog, type TestClock, testKeys } from './test-world'

export const installId = 'here'
export const reference = 'test/desktop:1'

export type FakeWorld = {
  deps: ControllerDeps
  hostOf(agentId: string): FakeHost
  /** Another controller over the same engines and database. */
  rival(): ControllerDeps
}

export function fakeWorld(db: Db, clock: TestClock): FakeWorld {
  const hosts = new Map<string, FakeHost>()
  const hostOf = (agentId: string) => {
    const known = hosts.get(agentId) ?? new FakeHost(installId, [reference])
    hosts.set(agentId, known)
    return known
  }
  const runsAt = (address: string) =>
    [...hosts.values()].some((host) =>
      [...host.containers.values()].some((container) => container.state === 'running' && container.bridgeAddress === address),
    )
  const make = (): ControllerDeps => {
    const deps: ControllerDeps = {
      db,
      keys: testKeys,
      clock,
      log: silentLog,
      installId,
      holder: newId(),
      openHost: () => {
        throw new Error('no other engine here')
      },
      hostOf: (agent) => hostOf(agent.id),
      notesOf: (agent) => hostOf(agent.id),
      assertSameEngine: async () => undefined,
      askDesktop: async ({ host }) =>
        runsAt(host) ? { kind: 'answered', pin: `PIN:${host}` } : { kind: 'silent', why: 'nothing_listens' },
      askForMs: 20,
      pulls: openPullJobs(() => deps),
      pushes: openPushJobs(() => deps),
      sessionsOn: (agentId) => loadSessionsOn(db, agentId),
      heard: (agent, at, speed) => markUp(db, agent.row.id, at, speed),
      pace: () => paceFor(1),
      wakeAt: () => undefined,
    }
    return deps
  }
  return { deps: make(), hostOf, rival: make }
}

/** This controller leases the agent and may act on it. */
export async function actOn({ deps, hostOf }: FakeWorld, agentId: string): Promise<ActingAgent> {
  const lease = (await takeLeases(deps.db, deps.holder)).find((one) => one.agentId === agentId)
  const row = await deps.db.agent.findUniqueOrThrow({ where: { id: agentId } })
  if (!lease) throw new Error('no lease')
  return { row, lease, host: hostOf(agentId), limit: newLimiter(8) }
}

export function fakeGpu(index: number, over: Partial<SeenGpu> = {}): SeenGpu {
  return {
    uuid: `GPU-${index}`,
    index,
    kind: 'device',
    parentUuid: null,
    migProfile: null,
    migEnabled: false,
    model: 'NVIDIA H200',
    memoryBytes: 143_771 * 1024 * 1024,
    driverVersion: '580.82.07',
    pciAddress: null,
    computeCapability: '9.0',
    cdiName: null,
    ...over,
  }
}
