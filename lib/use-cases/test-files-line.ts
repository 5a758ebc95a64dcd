// The whole line of files for tests: a real controller with its encrypted door, an engine in memory, and one session that runs.
import pino from 'pino'
import { vi } from 'vitest'
import { startController } from '@/lib/controller/start-controller'
import { FakeHost } from '@/lib/docker/fake-host'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import type { Deps } from './deps'
import { testInstallation } from './test-installation'

export type TestFilesLine = Awaited<ReturnType<typeof testFilesLine>>

export async function testFilesLine() {
  const installation = await testInstallation()
  const { db } = installation
  // The controller and the leases go by real time.
  const deps: Deps = { ...installation.deps, clock: { now: () => new Date() } }
  const alice = await installation.person('alice')
  const agentId = await installation.agent()
  const fake = new FakeHost('test')
  // Whatever else it wants to know of the agent: silence changes no session.
  fake.before = (verb) => {
    if (!verb.endsWith('File') && !verb.endsWith('Files')) throw new DomainError('agent_unreachable')
  }
  const stop = new AbortController()
  const controller = startController({
    ...deps,
    databaseUrl: installation.url,
    log: pino({ level: 'silent' }),
    installId: 'test',
    openHost: () => fake,
    signal: stop.signal,
    transfers: { listen: { host: '127.0.0.1', port: 0 }, advertised: null },
  })
  await controller.ready
  await vi.waitFor(async () => {
    const { leaseHolder } = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
    if (leaseHolder === null) throw new Error('nobody has the lease')
  })
  const imageId = await installation.image()
  const sessionId = newId()
  const row = {
    imageName: 'Desktop',
    spec: {},
    cpuMillis: 1,
    memoryBytes: 1,
    state: 'running' as const,
    containerId: 'c',
    containerStartedAt: 'now',
  }
  await db.session.create({ data: { ...row, id: sessionId, userId: alice.id, imageId, agentId } })
  return {
    ...{ installation, deps, alice, fake, sessionId, imageId, agentId },
    setSession: async (data: object): Promise<void> => {
      await db.session.update({ where: { id: sessionId }, data: { containerId: 'c', ...data } })
    },
    close: async () => {
      stop.abort()
      await controller.done
      await installation.close()
    },
  }
}

export async function whole(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts).toString()
}
