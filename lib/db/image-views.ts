// Workspace images as they leave the server, and the fields that a row keeps.

import { DockerOptions } from '@/lib/domain/docker-options'
import { Environment } from '@/lib/domain/environment'
import { isLocalOnly, leadingBuild } from '@/lib/domain/image-copies'
import { normalReference } from '@/lib/domain/image-reference'
import { runReference } from '@/lib/domain/image-tag'
import { ReadyByGroup } from '@/lib/domain/ready-sessions'
import { ownerWords } from '@/lib/domain/session-owner'
import { VolumeMounts } from '@/lib/domain/volume-mount'
import { imagePrivileges, WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { ImageDetail, ImagePlace } from '@/lib/domain/workspace-image-view'
import { sourceNames, toPullView } from './agent-pulls'
import type { Tx } from './client'
import type { Prisma, WorkspaceImage } from './generated/client'
import { loadImageHolders } from './image-holders'
import { toPushView } from './image-pushes'
import { loadImageUpdates } from './image-updates-view'

/** What an administrator may say, read back from a row. */
export function toFields(row: WorkspaceImage): WorkspaceImageFields {
  const keys = Object.keys(WorkspaceImageFields.shape) as (keyof WorkspaceImageFields)[]
  const fields = Object.fromEntries(keys.map((key) => [key, row[key]])) as WorkspaceImageFields
  return {
    ...fields,
    environment: Environment.parse(row.environment),
    volumes: VolumeMounts.parse(row.volumes),
    dockerOptions: DockerOptions.parse(row.dockerOptions),
    readyByGroup: ReadyByGroup.parse(row.readyByGroup),
  }
}

/** `undefined` is refused by Prisma's strict checks, and an option that was left out is not stored. */
export function toColumns(fields: WorkspaceImageFields): Omit<Prisma.WorkspaceImageUncheckedCreateInput, 'id'> {
  return { ...fields, dockerOptions: JSON.parse(JSON.stringify(fields.dockerOptions)) as Prisma.InputJsonObject }
}

export const imageDetailInclude = {
  parent: true,
  push: { include: { agent: { select: { name: true } } } },
  sessions: {
    where: { userId: { not: null }, state: { notIn: ['deleted', 'stopped', 'failed', 'lost'] } },
    select: { id: true, state: true, user: { select: { name: true } } },
    take: 100,
  },
} satisfies Prisma.WorkspaceImageInclude

export type ImageDetailRow = Prisma.WorkspaceImageGetPayload<{ include: typeof imageDetailInclude }>

export async function toImageDetails(tx: Tx, rows: ImageDetailRow[]): Promise<ImageDetail[]> {
  const references = rows.map((row) => normalReference(row.reference))
  const [held, holders, updatesOf, ready, pulls] = await Promise.all([
    agentsHolding(tx, references),
    loadImageHolders(tx, references),
    loadImageUpdates(tx, rows),
    readyOf(
      tx,
      rows.map(({ id }) => id),
    ),
    tx.agentPull.findMany({
      where: { reference: { in: [...references, ...rows.map(runReference)] }, agent: { removedAt: null } },
      include: { agent: { select: { name: true } } },
      orderBy: { agent: { name: 'asc' } },
    }),
  ])
  const names = await sourceNames(tx, pulls)
  return rows.map((row) => {
    const fields = toFields(row)
    const reference = normalReference(row.reference)
    const agents = held.get(reference) ?? []
    const localOnly = isLocalOnly(reference, holders)
    return {
      ...fields,
      id: row.id,
      version: row.version,
      parent: row.parent ? { id: row.parent.id, name: row.parent.name, fields: toFields(row.parent) } : null,
      agents,
      localOnly,
      leadingImageId: localOnly ? leadingBuild(reference, holders) : null,
      pulls: pulls
        .filter((pull) => pull.reference === reference || pull.reference === runReference(row))
        .map((pull) => ({ agentId: pull.agentId, agentName: pull.agent.name, ...toPullView(pull, names) })),
      push: row.push && toPushView(row.push),
      updates: updatesOf(row),
      privileges: imagePrivileges(fields),
      registryUser: row.registryUser,
      liveSessions: row.sessions.map((session) => ({ id: session.id, owner: ownerWords(session.user), state: session.state })),
      ready: ready.get(row.id) ?? [],
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    }
  })
}

async function readyOf(tx: Tx, imageIds: string[]): Promise<Map<string, ImageDetail['ready']>> {
  const rows = await tx.session.findMany({
    where: { userId: null, imageId: { in: imageIds }, wanted: 'running', state: { not: 'deleted' } },
    select: {
      id: true,
      imageId: true,
      state: true,
      readyGroup: true,
      createdAt: true,
      endedAt: true,
      agent: { select: { id: true, name: true } },
    },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  const found = new Map<string, ImageDetail['ready']>()
  for (const { id, imageId, state, agent, readyGroup: group, createdAt, endedAt } of rows) {
    const one = { id, state, agent, group, since: (endedAt ?? createdAt).toISOString() }
    found.set(imageId ?? '', [...(found.get(imageId ?? '') ?? []), one])
  }
  return found
}

/** Normal reference → agents that list it. */
export async function agentsHolding(tx: Tx, references: string[]): Promise<Map<string, ImagePlace[]>> {
  const rows = await tx.agentImage.findMany({
    where: { reference: { in: references.map(normalReference) }, agent: { removedAt: null } },
    select: {
      reference: true,
      imageId: true,
      digest: true,
      sizeBytes: true,
      seenAt: true,
      agent: { select: { id: true, name: true, brought: { select: { imageId: true, how: true } } } },
    },
    orderBy: { agent: { name: 'asc' } },
  })
  const held = new Map<string, ImagePlace[]>()
  for (const { reference, agent, seenAt, ...row } of rows) {
    const brought = agent.brought.find(({ imageId }) => imageId === row.imageId)?.how ?? null
    const place = { id: agent.id, name: agent.name, ...row, seenAt: seenAt.toISOString(), brought }
    held.set(reference, [...(held.get(reference) ?? []), place])
  }
  return held
}
