// An authoring session on its way to a workspace image: what may be asked, in which order, and what is shown of it.
import { z } from 'zod'
import type { SessionSpec } from './container-spec'
import { Id } from './ids'
import type { ImageDiff } from './image-diff'

export const imageSaveStates = ['preparing', 'ready', 'committing', 'canceling', 'done', 'failed', 'canceled'] as const
export type ImageSaveState = (typeof imageSaveStates)[number]

/** The container belongs to the save: it is frozen, stopped or being made an image. */
export const openSaveStates: readonly ImageSaveState[] = ['preparing', 'ready', 'committing', 'canceling']
/** The controller has something to do. */
export const workingSaveStates: readonly ImageSaveState[] = ['preparing', 'committing', 'canceling']

const line = z
  .string()
  .trim()
  .max(80, 'At most 80 characters.')
  .regex(/^\P{Cc}*$/u, 'No control characters.')

export const SavedImage = z.strictObject({
  name: line.min(1, 'Give the workspace a name.'),
  notes: z.string().max(10_000, 'At most 10,000 characters.').default(''),
  enabled: z.boolean().default(false),
})
export type SavedImage = z.output<typeof SavedImage>

export const CommitImageSave = SavedImage.extend({ sessionId: Id })
export type CommitImageSave = z.output<typeof CommitImageSave>

export type SaveReport = {
  sizeBytes: number
  diff: ImageDiff
  /** What was taken out because it is private, or was there only while the desktop ran. */
  removed: string[]
  moreRemoved: number
}

export type ImageSaveView = {
  id: string
  state: ImageSaveState
  report: SaveReport | null
  imageId: string | null
  problem: string | null
  hint: string | null
  createdAt: string
}

/** `berth/saved-<name>:<time>`: told apart by people, and never the same twice. */
export function savedReference(name: string, at: Date): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  const time = at
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .replace('T', '-')
  return `berth/saved-${slug || 'image'}:${time}`
}

/** How an authoring session differs from an ordinary one: nothing from outside is mounted, so that all of it can be saved. */
export function authoringSpec(spec: SessionSpec): SessionSpec {
  const { readOnlyRoot: _readOnly, tmpfs: _tmpfs, ...dockerOptions } = spec.dockerOptions
  return { ...spec, volumes: [], homePolicy: 'none', authoring: true, dockerOptions }
}
