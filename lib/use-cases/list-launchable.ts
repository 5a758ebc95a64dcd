// The launcher's tiles: what this person may launch, and whether it would start now. Judged by the same pure rules as placement.

import type { WorkspaceImage } from '@/lib/db/generated/client'
import { type Load, loadFleet, loadLoad, specNeeds } from '@/lib/db/placement-input'
import { loadReadyHoldings } from '@/lib/db/ready-rows'
import type { Actor } from '@/lib/domain/actor'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { gpuChoices } from '@/lib/domain/launch-gpus'
import { assertCan } from '@/lib/domain/permissions'
import { type PlacementAgent, placeOne } from '@/lib/domain/placement'
import { describeReasons, reasonKinds } from '@/lib/domain/placement-reasons'
import { without } from '@/lib/domain/ready-room'
import type { LaunchTile } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'

export async function listLaunchable({ db }: Deps, actor: Actor): Promise<LaunchTile[]> {
  assertCan(actor, 'image:view')
  const [images, fleet, ready, homes, load] = await Promise.all([
    db.workspaceImage.findMany({
      where: { enabled: true, hidden: false },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: 1000,
    }),
    loadFleet(db),
    loadReadyHoldings(db),
    db.home.findMany({ where: { userId: actor.id }, select: { id: true, scope: true, agentId: true } }),
    loadLoad(db, [actor.id]),
  ])
  // What is kept ready gives way within a moment, or is just what is launched.
  const agents = fleet.map((agent) => without(agent, ready))
  const homeByScope = new Map(homes.map((home) => [home.scope, home]))
  return images.map((image) => {
    const home =
      image.homePolicy === 'none' ? undefined : homeByScope.get(image.homePolicy === 'perUser' ? 'user' : `image:${image.id}`)
    const gpuChoices = sizesWithin(image, capOf(load, actor))
    const judge = (gpus: number | 'all') => availability(image, gpus, home ?? null, { actor, agents, load })
    let gpus: LaunchTile['gpus'] = gpuChoices.at(-1) ?? (image.requireGpu ? image.gpuCount || 'all' : 0)
    let judged = judge(gpus)
    // What no agent has so many of is no choice.
    while (judged.availability === 'never' && gpuChoices.length > 1) {
      gpuChoices.pop()
      gpus = gpuChoices.at(-1) ?? gpus
      judged = judge(gpus)
    }
    return {
      id: image.id,
      name: image.name,
      description: image.description,
      categories: image.categories,
      icon: { name: image.iconName, id: image.iconId },
      cpuMillis: image.cpuMillis,
      memoryBytes: image.memoryBytes,
      gpus,
      gpuChoices,
      gpuMemoryBytesMin: image.gpuMemoryBytesMin,
      gpuModelPattern: image.gpuModelPattern,
      ...judged,
    }
  })
}

function capOf(load: Load, actor: Actor): number {
  return load.gpuCaps.get(actor.id) ?? load.gpuCapDefault
}

function sizesWithin(image: WorkspaceImage, cap: number): number[] {
  const choices = gpuChoices(image)
  const within = choices.filter((count) => count <= cap)
  return within.length > 0 ? within : choices
}

type Availability = Pick<LaunchTile, 'availability' | 'availabilityText'>
type Around = { actor: Actor; agents: PlacementAgent[]; load: Load }

function availability(
  image: WorkspaceImage,
  gpus: number | 'all',
  home: { id: string; agentId: string | null } | null,
  { actor, agents, load }: Around,
): Availability {
  if (home && load.homesInUse.has(home.id))
    return { availability: 'busy', availabilityText: 'Another of your sessions uses the same home' }
  const decision = placeOne(
    {
      sessionId: '',
      userId: actor.id,
      cpuMillis: image.cpuMillis,
      memoryBytes: image.memoryBytes,
      gpus,
      gpuAllowance: { held: load.gpusHeld.get(actor.id) ?? 0, cap: capOf(load, actor) },
      homeAgentId: home?.agentId ?? null,
      ...specNeeds({
        agentGroup: image.agentGroup,
        reference: image.reference,
        pinnedDigest: image.pinnedDigest,
        gpuMemoryBytesMin: image.gpuMemoryBytesMin,
        gpuModelPattern: image.gpuModelPattern,
        volumes: image.volumes as SessionSpec['volumes'],
      }),
    },
    agents,
  )
  if (decision.placed) return { availability: 'free', availabilityText: null }
  // The most hopeful reason speaks: what is busy here matters more than what another agent can never do.
  const order = ['busy', 'unknown', 'never'] as const
  const sorted = [...decision.reasons].sort((a, b) => order.indexOf(reasonKinds[a.code]) - order.indexOf(reasonKinds[b.code]))
  const [first] = describeReasons(sorted.slice(0, 1), { isAdmin: actor.role === 'admin' })
  const kind = sorted[0] ? reasonKinds[sorted[0].code] : 'never'
  const text = first ? `${first.agent ? `${first.agent} ` : ''}${first.text}` : null
  return { availability: kind, availabilityText: text }
}
