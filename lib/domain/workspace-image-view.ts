// What leaves the server about workspace images.
import { z } from 'zod'
import type { ImagePushView } from './image-push'
import type { ImageUpdates } from './image-updates-view'
import { TableQuery } from './page'
import type { PullView } from './pull-view'
import type { WorkspaceImageFields } from './workspace-image'

/** A tile of the launcher. */
export type LaunchTile = {
  id: string
  name: string
  description: string
  categories: string[]
  icon: { name: string; id: string | null }
  cpuMillis: number
  memoryBytes: number
  /** 0: needs none; 'all': every GPU of one agent. */
  gpus: number | 'all'
  /** The sizes to choose from at launch; empty where there is no choice. */
  gpuChoices: number[]
  gpuMemoryBytesMin: number | null
  gpuModelPattern: string | null
  /** free: would start now · busy: would wait in the queue · never: no agent could run it · unknown: cannot be said now */
  availability: 'free' | 'busy' | 'never' | 'unknown'
  /** In words, for the tile: why it is not free. */
  availabilityText: string | null
}

/** A row of the administrators' list. */
export type ImageRow = {
  id: string
  name: string
  reference: string
  icon: { name: string; id: string | null }
  categories: string[]
  enabled: boolean
  hidden: boolean
  cpuMillis: number
  memoryBytes: number
  gpus: number | 'all'
  agents: { id: string; name: string }[]
  liveSessions: number
  updatedAt: string
}

export type ImagePlace = {
  id: string
  name: string
  imageId: string
  digest: string | null
  sizeBytes: number
  seenAt: string
  /** How Berth brought it there; null where somebody else did. */
  brought: 'pulled' | 'copied' | null
}

/** `group`: the agent group for which it is kept; null where the workspace may run anywhere. */
export type ReadyView = {
  id: string
  state: string
  agent: { id: string; name: string } | null
  group: string | null
  since: string
}

export type ImageDetail = WorkspaceImageFields & {
  id: string
  version: number
  parent: { id: string; name: string; fields: WorkspaceImageFields } | null
  /** Which agents hold the referenced image, as last listed. */
  agents: ImagePlace[]
  /** Built or loaded on those agents: no registry gave it, so none is asked for it, and it is copied from agent to agent. */
  localOnly: boolean
  /** Of such an image: the build that other agents get, by its id. */
  leadingImageId: string | null
  /** On its way to other agents, or could not be fetched there. */
  pulls: (PullView & { agentId: string; agentName: string })[]
  updates: ImageUpdates
  /** The last push to a registry, until it is put away. */
  push: ImagePushView | null
  privileges: string[]
  /** Who logs in at its registry; the password never leaves the server. */
  registryUser: string | null
  /** Of people. */
  liveSessions: { id: string; owner: string; state: string }[]
  /** Kept ready and nobody's: running, on their way, or the last that failed. */
  ready: ReadyView[]
  createdAt: string
  updatedAt: string
}

export const imageSorts = ['name', 'updated', 'reference', 'cpu', 'memory', 'enabled'] as const
export const ImageTableQuery = TableQuery.extend({
  sort: z.enum(imageSorts).default('name'),
  category: z.string().max(40).default(''),
  enabled: z.enum(['any', 'yes', 'no']).default('any'),
})
export type ImageTableQuery = z.output<typeof ImageTableQuery>
