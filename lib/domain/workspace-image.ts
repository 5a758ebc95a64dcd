// What an administrator may say about a workspace image; the form, the server action and the API share this schema.
import { z } from 'zod'
import { DockerName } from './docker-names'
import { DockerOptions, raisedPrivileges } from './docker-options'
import { Environment } from './environment'
import { GpuModelPattern } from './gpu-model-pattern'
import { Id } from './ids'
import { ImageReferenceText } from './image-reference'
import { mostReadyWords, ReadyByGroup, wrongReady } from './ready-sessions'
import { TransferPolicy } from './transfer-policy'
import { VolumeMounts } from './volume-mount'

export const MiB = 1024 * 1024
export const GiB = 1024 * MiB

export const homePolicies = ['none', 'perUserAndImage', 'perUser'] as const
export const HomePolicy = z.enum(homePolicies)
export type HomePolicy = z.output<typeof HomePolicy>

const printable = /^\P{Cc}*$/u
const line = (max: number) => z.string().trim().max(max, `At most ${max} characters.`).regex(printable, 'No control characters.')

export const Categories = z
  .array(line(40).min(1, 'A category is not empty.'))
  .max(10, 'At most 10 categories.')
  .transform((names) => [...new Set(names)])

/** A tile's picture: one of the built-in ones by name; uploaded pictures travel apart (see icon.ts). */
export const builtInIcons = [
  'desktop',
  'terminal',
  'python',
  'notebook',
  'chart',
  'database',
  'cube',
  'globe',
  'code',
  'brain',
  'gpu',
  'robot',
  'image',
  'audio',
  'map',
  'flask',
] as const
export const IconName = z.enum(builtInIcons)

export const WorkspaceImageFields = z.strictObject({
  name: line(80).min(1, 'Give the workspace a name.'),
  description: z.string().trim().max(2000, 'At most 2,000 characters.').default(''),
  reference: ImageReferenceText,
  iconName: IconName.default('desktop'),
  /** An uploaded picture; wins over iconName. */
  iconId: Id.nullable().default(null),
  categories: Categories.default([]),
  cpuMillis: z.int().min(100, 'At least 0.1 CPU.').max(256_000, 'At most 256 CPUs.').default(2000),
  memoryBytes: z
    .int()
    .min(128 * MiB, 'At least 128 MiB.')
    .max(4096 * GiB, 'At most 4 TiB.')
    .default(4 * GiB),
  shmBytes: z
    .int()
    .min(64 * MiB, 'At least 64 MiB.')
    .max(1024 * GiB, 'At most 1 TiB.')
    .default(512 * MiB),
  requireGpu: z.boolean().default(false),
  /** 0 means every GPU of one agent; ignored while requireGpu is off. */
  gpuCount: z.int().min(0).max(64, 'At most 64 GPUs.').default(1),
  /** A user may choose from this many up to gpuCount at launch; null leaves no choice. */
  gpuCountMin: z.int().min(1, 'At least one GPU.').max(64, 'At most 64 GPUs.').nullable().default(null),
  /** A queued session may be started without a GPU instead. */
  gpuOptional: z.boolean().default(false),
  /** A GPU whose memory is not known does not fit. */
  gpuMemoryBytesMin: z
    .int()
    .min(256 * MiB, 'At least 256 MiB.')
    .max(4096 * GiB, 'At most 4 TiB.')
    .nullable()
    .default(null),
  gpuModelPattern: GpuModelPattern.nullable().default(null),
  environment: Environment.default({}),
  homePolicy: HomePolicy.default('perUserAndImage'),
  volumes: VolumeMounts.default([]),
  dockerOptions: DockerOptions.default({}),
  agentGroup: DockerName.max(60).nullable().default(null),
  timeLimitSeconds: z
    .int()
    .min(60, 'At least one minute.')
    .max(90 * 86_400, 'At most 90 days.')
    .nullable()
    .default(null),
  timeLimitExtendable: z.boolean().default(true),
  /** Which way text goes between the clipboards; enforced by the container from its next start on. */
  clipboardPolicy: TransferPolicy.default('both'),
  /** Which way files go; at once. */
  filePolicy: TransferPolicy.default('both'),
  /** Sessions kept running without an owner, for whoever launches next. */
  readySessions: z.int().min(0).max(50, mostReadyWords).default(0),
  /** More of them on the agents of each of these groups. */
  readyByGroup: ReadyByGroup.default([]),
  /** They may hold GPUs that nobody uses. */
  readyGpus: z.boolean().default(false),
  enabled: z.boolean().default(true),
  hidden: z.boolean().default(false),
  /** Brought to every agent that may run it before anybody launches it; otherwise with the first launch there. */
  prefetch: z.boolean().default(true),
  notes: z.string().max(10_000, 'At most 10,000 characters.').default(''),
})
export type WorkspaceImageFields = z.output<typeof WorkspaceImageFields>
export type WorkspaceImageInput = z.input<typeof WorkspaceImageFields>

/** Rules between fields, apart so that a partial update can check the merged whole. */
export const WorkspaceImageSpec = WorkspaceImageFields.superRefine((image, context) => {
  if (image.shmBytes > image.memoryBytes) {
    context.addIssue({ code: 'custom', path: ['shmBytes'], message: 'Shared memory counts as memory: it cannot be larger.' })
  }
  const wrong = wrongGpuRange(image)
  if (wrong) context.addIssue({ code: 'custom', path: ['gpuCountMin'], message: wrong })
  for (const wrong of wrongReady(image)) context.addIssue({ code: 'custom', ...wrong })
})

function wrongGpuRange({ requireGpu, gpuCount, gpuCountMin }: WorkspaceImageFields): string | null {
  if (!requireGpu || gpuCountMin === null) return null
  if (gpuCount === 0) return 'Every GPU of one agent leaves no choice: leave this empty.'
  return gpuCountMin > gpuCount ? `The smallest number cannot be above the number of GPUs (${gpuCount}).` : null
}

/** A partial update. Defaults must not fill what was not sent, so each field loses its default. */
export const WorkspaceImagePatch = z
  .strictObject(
    Object.fromEntries(
      Object.entries(WorkspaceImageFields.shape).map(([key, schema]) => [
        key,
        (schema instanceof z.ZodDefault ? schema.removeDefault() : schema) as z.ZodType,
      ]),
    ) as { [K in keyof typeof WorkspaceImageFields.shape]: z.ZodType<WorkspaceImageFields[K]> },
  )
  .partial()
export type WorkspaceImagePatch = Partial<WorkspaceImageFields>

/** Fields whose values differ from the parent's, in form order. */
export function differingFields(image: WorkspaceImageFields, parent: WorkspaceImageFields): (keyof WorkspaceImageFields)[] {
  const keys = Object.keys(WorkspaceImageFields.shape) as (keyof WorkspaceImageFields)[]
  return keys.filter((key) => canonical(image[key]) !== canonical(parent[key]))
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, item]) => item !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  )
}

/** Everything about an image that gives its sessions more than an ordinary desktop, in words. */
export function imagePrivileges(image: WorkspaceImageFields): string[] {
  const raised = raisedPrivileges(image.dockerOptions)
  for (const volume of image.volumes) {
    if (volume.kind === 'bind')
      raised.push(`Mounts the host directory ${volume.source}${volume.readOnly ? ' (read-only)' : ' with write access'}.`)
    else if (!volume.perUser)
      raised.push(`Shares the volume ${volume.name} between all users${volume.readOnly ? ' (read-only)' : ' with write access'}.`)
  }
  return raised
}

export const PinImage = z.strictObject({
  /** Null follows the tag. */
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'A digest is sha256: and 64 hexadecimal digits.')
    .nullable(),
  version: z.int().min(0).optional(),
})

export const ImageRef = z.strictObject({ imageId: Id })
export type ImageRef = z.output<typeof ImageRef>
