// The rows of the fleet benchmark: agents whose engines are simulated, a session for each of their containers, and years of past ones.
import { X509Certificate } from 'node:crypto'
import type { Db } from '@/lib/db/client'
import { newId } from '@/lib/domain/ids'
import { GiB } from '@/lib/domain/workspace-image'
import type { Keys } from '@/lib/secrets/keys'
import { seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { builtAtSeconds, type FakeImage } from './fleet-engine'
import type { FleetStarted } from './fleet-engines'
import { seedUsers, specFor } from './placement-seed'

export const fleetSize = { agents: 200, sessionsPerAgent: 25, pastSessions: 20_000, users: 500 }
export const size = { cpuMillis: 4000, memoryBytes: 16 * GiB }

const repository = 'registry.example.org/lab/desktop'
export const images: FakeImage[] = [1, 2, 3].map((tag) => ({
  id: `sha256:${String(tag).repeat(64)}`,
  references: [`${repository}:${tag}`],
  digests: [`${repository}@sha256:${String(tag + 3).repeat(64)}`],
  sizeBytes: tag * 3e9,
}))
export const reference = `${repository}:1`

type Seed = { sessions: string[][]; started: FleetStarted; keys: Keys }

/** Agents of which the last ones are a group of their own, for those that will hang; and a workspace for the others. */
export async function seedFleet(
  db: Db,
  { sessions, started, keys }: Seed,
  hanging: number,
): Promise<{ imageId: string; agentIds: string[] }> {
  const userIds = await seedUsers(db, fleetSize.users)
  const agents = agentRows({ sessions, started }, hanging)
  await db.agent.createMany({ data: agents })
  const imageId = newId()
  const image = { name: 'Desktop', reference, ...size, shmBytes: GiB, homePolicy: 'none' as const, agentGroup: 'steady' }
  await db.workspaceImage.create({ data: { id: imageId, ...image } })
  const certPin = new X509Certificate(started.certificate).fingerprint256
  const containers = new Map(started.containers.map((container) => [container.sessionId, container]))
  const spec = specFor(0, { reference })
  const live = sessions.flatMap((ids, index) =>
    ids.map((id, at) => {
      const container = containers.get(id)
      return {
        id,
        userId: userIds[(index + at) % userIds.length] ?? '',
        imageId,
        imageName: 'Desktop',
        spec,
        ...size,
        state: 'running' as const,
        held: true,
        agentId: agents[index]?.id ?? '',
        credentialSealed: seal(keys, sealContext.credential(id), 'a-password-of-usual-length'),
        containerId: container?.containerId ?? '',
        containerStartedAt: container?.startedAt ?? '',
        containerEndpoint: container?.endpointId ?? null,
        dockerImageId: images[0]?.id ?? '',
        imageDigest: images[0]?.digests[0]?.split('@')[1] ?? null,
        reachHost: '127.0.0.1',
        reachPort: started.agents[index]?.desktopPort ?? 0,
        certPin,
        startedAt: new Date(container?.startedAt ?? 0),
      }
    }),
  )
  for (let from = 0; from < live.length; from += 1000) await db.session.createMany({ data: live.slice(from, from + 1000) })
  await seedPast(db, { userIds, imageId, spec })
  await seedImages(db, agents)
  await db.$executeRaw`ANALYZE`
  return { imageId, agentIds: agents.map(({ id }) => id) }
}

function agentRows({ sessions, started }: Omit<Seed, 'keys'>, hanging: number) {
  return started.agents.map(({ socketPath }, index) => ({
    id: newId(),
    name: `host-${String(index).padStart(3, '0')}`,
    kind: 'socket' as const,
    socketPath,
    groups: [index < started.agents.length - hanging ? 'steady' : 'hanging'],
    status: 'up' as const,
    cpuCount: 128,
    memoryBytes: 1024 * GiB,
    diskTotalBytes: 4000 * GiB,
    diskFreeBytes: 900 * GiB,
    reachedBy: 'loopback',
    cpuMillisHeld: size.cpuMillis * (sessions[index]?.length ?? 0),
    memoryBytesHeld: size.memoryBytes * (sessions[index]?.length ?? 0),
  }))
}

type Past = { userIds: string[]; imageId: string; spec: object }

/** In the database itself: a hundred thousand rows need not travel. */
async function seedPast(db: Db, { userIds, imageId, spec }: Past): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Session" (id, "userId", "imageId", "imageName", spec, "cpuMillis", "memoryBytes", state, wanted, "endedAt", "updatedAt")
    SELECT 'past' || n, (${userIds}::text[])[1 + n % ${userIds.length}::int], ${imageId}, 'Desktop', ${JSON.stringify(spec)}::jsonb,
      ${size.cpuMillis}::int, ${size.memoryBytes}::float8, 'deleted', 'deleted', now() - n % 20 * interval '1 day', now()
    FROM generate_series(1, ${fleetSize.pastSessions}::int) n`
  await db.$executeRaw`
    INSERT INTO "SessionEvent" ("sessionId", at, code, params)
    SELECT s.id, s."createdAt", code, '{}'
    FROM "Session" s, unnest(ARRAY['launched', 'placed', 'created', 'started', 'answered']) code`
}

/** As an installation that has run for a while knows them. */
async function seedImages(db: Db, agents: readonly { id: string }[]): Promise<void> {
  const now = new Date()
  const shaOf = ({ digests }: FakeImage) => digests[0]?.split('@')[1] ?? ''
  await db.imageTag.create({
    data: {
      reference,
      digest: images[0] ? shaOf(images[0]) : null,
      digestSince: now,
      checkedAt: now,
      triedAt: now,
      nextCheckAt: new Date(now.getTime() + 86_400_000),
    },
  })
  await db.agentImage.createMany({
    data: agents.flatMap(({ id: agentId }) =>
      images.flatMap(({ id: imageId, references, digests, sizeBytes }) =>
        [...references, ...digests].map((name) => ({
          agentId,
          reference: name,
          imageId,
          digest: digests[0] ?? null,
          sizeBytes,
          builtAt: new Date(builtAtSeconds * 1000),
          seenAt: now,
        })),
      ),
    ),
  })
}
