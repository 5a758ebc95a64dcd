// The tags of workspace images with their builds, for pages and the API.
import { digestReference, isTag, normalReference } from '@/lib/domain/image-reference'
import type { ImageBuild, ImageUpdates } from '@/lib/domain/image-updates-view'
import { ownerWords } from '@/lib/domain/session-owner'
import type { Tx } from './client'
import type { ImageDigest, ImageTag } from './generated/client'

type Source = { reference: string; pinnedDigest: string | null }

/** More than anybody goes back. */
const mostBuilds = 50
const mostSessions = 500

export async function loadImageUpdates(tx: Tx, images: readonly Source[]): Promise<(image: Source) => ImageUpdates> {
  const references = [...new Set(images.map((image) => normalReference(image.reference)))].filter(isTag)
  const [tags, digests] = await Promise.all([
    tx.imageTag.findMany({ where: { reference: { in: references } } }),
    tx.imageDigest.findMany({
      where: { reference: { in: references } },
      orderBy: [{ namedAt: 'desc' }, { firstSeenAt: 'desc' }],
    }),
  ])
  const pinned = images.flatMap((image) => (image.pinnedDigest ? [image.pinnedDigest] : []))
  const known = [...new Set([...digests.map(({ digest }) => digest), ...pinned])]
  const [places, sessions] = await Promise.all([loadPlaces(tx, references, known), loadRunning(tx, known)])
  return (image) => {
    const reference = normalReference(image.reference)
    const tag = tags.find((row) => row.reference === reference)
    const history = digests.filter((row) => row.reference === reference)
    const builds = buildsOf(image, history).map(({ digest, firstSeenAt, sizeBytes }): ImageBuild => {
      const held = places.get(digestReference(reference, digest)) ?? []
      return {
        digest,
        firstSeenAt: firstSeenAt?.toISOString() ?? null,
        sizeBytes: sizeBytes ?? held[0]?.sizeBytes ?? null,
        agents: held.map(({ agent }) => agent),
        sessions: sessions.get(digest) ?? [],
      }
    })
    return { follows: followsOf(reference, tag), pinnedDigest: image.pinnedDigest, ...tagView(tag), builds }
  }
}

type Listed = Pick<ImageDigest, 'digest' | 'sizeBytes'> & { firstSeenAt: Date | null }

/** A pin may be older than the history that is kept. */
function buildsOf({ pinnedDigest }: Source, history: readonly ImageDigest[]): Listed[] {
  const shown: Listed[] = history.slice(0, mostBuilds)
  if (!pinnedDigest || shown.some(({ digest }) => digest === pinnedDigest)) return shown
  const older = history.find(({ digest }) => digest === pinnedDigest)
  return [...shown, older ?? { digest: pinnedDigest, firstSeenAt: null, sizeBytes: null }]
}

function followsOf(reference: string, tag: ImageTag | undefined): ImageUpdates['follows'] {
  if (!isTag(reference)) return 'digest'
  return tag ? 'tag' : 'nothing'
}

function tagView(tag: ImageTag | undefined) {
  const time = (date: Date | null | undefined) => date?.toISOString() ?? null
  return {
    current: tag?.digest ?? null,
    previous: tag?.previousDigest ?? null,
    currentSince: time(tag?.digestSince),
    checkedAt: time(tag?.checkedAt),
    triedAt: time(tag?.triedAt),
    nextCheckAt: time(tag?.nextCheckAt),
    missingSince: time(tag?.missingSince),
    problem: tag?.problem ?? null,
    hint: tag?.hint ?? null,
  }
}

type Place = { agent: { id: string; name: string }; sizeBytes: number }

async function loadPlaces(tx: Tx, references: string[], digests: string[]): Promise<Map<string, Place[]>> {
  const wanted = references.flatMap((reference) => digests.map((digest) => digestReference(reference, digest)))
  const rows = await tx.agentImage.findMany({
    where: { reference: { in: [...new Set(wanted)] }, agent: { removedAt: null } },
    select: { reference: true, sizeBytes: true, agent: { select: { id: true, name: true } } },
    orderBy: { agent: { name: 'asc' } },
  })
  const places = new Map<string, Place[]>()
  for (const { reference, ...place } of rows) places.set(reference, [...(places.get(reference) ?? []), place])
  return places
}

async function loadRunning(tx: Tx, digests: string[]): Promise<Map<string, ImageBuild['sessions']>> {
  const rows = await tx.session.findMany({
    where: {
      imageDigest: { in: digests },
      state: { in: ['starting', 'running', 'paused', 'stopping'] },
      containerId: { not: null },
    },
    select: { id: true, imageName: true, imageDigest: true, user: { select: { name: true } } },
    orderBy: { createdAt: 'desc' },
    take: mostSessions,
  })
  const running = new Map<string, ImageBuild['sessions']>()
  for (const { id, imageName, imageDigest, user } of rows) {
    if (imageDigest === null) continue
    const session = { id, owner: ownerWords(user), workspace: imageName }
    running.set(imageDigest, [...(running.get(imageDigest) ?? []), session])
  }
  return running
}
