// Settings of the installation that an administrator changes while it runs.
import { z } from 'zod'
import { GiB } from './workspace-image'

export const Settings = z.strictObject({
  maxSessionsPerUser: z.int().min(1).max(1000).default(3),
  maxCpuMillisPerUser: z.int().min(100).max(1_024_000).nullable().default(null),
  maxMemoryBytesPerUser: z
    .int()
    .min(128 * 1024 * 1024)
    .max(16_384 * GiB)
    .nullable()
    .default(null),
  maxGpusPerUser: z.int().min(0).max(1024).default(4),
  defaultTimeLimitSeconds: z
    .int()
    .min(60)
    .max(90 * 86_400)
    .nullable()
    .default(null),
  /** Images that Berth brought to an agent and nothing needs; null leaves them. */
  removeUnusedImagesAfterDays: z.int().min(1).max(3650).nullable().default(null),
  endedSessionRetentionDays: z.int().min(1).max(3650).default(30),
  eventRetentionDays: z.int().min(1).max(3650).default(30),
  sampleRetentionDays: z.int().min(1).max(365).default(7),
  /** The largest file that goes into or out of a session. */
  maxTransferBytes: z
    .int()
    .min(1024 * 1024)
    .max(1024 * GiB)
    .default(5 * GiB),
  /** Hours between two looks at what a registry's tag names; 0 looks only when asked to. */
  imageCheckHours: z.int().min(0).max(720).default(6),
})
export type Settings = z.output<typeof Settings>

/** As they lie in the database, where a newer version, during an upgrade that rolls, may have written some that this one does not know. */
export const StoredSettings = Settings.strip()

export const SettingsPatch = z.strictObject(
  Object.fromEntries(
    Object.entries(Settings.shape).map(([key, schema]) => [key, schema.removeDefault().optional()]),
  ) as unknown as {
    [K in keyof Settings]: z.ZodOptional<z.ZodType<Settings[K]>>
  },
)
export type SettingsPatch = Partial<Settings>

/** A limit of one user: null means the installation's setting holds. */
export const UserLimits = z.strictObject({
  maxSessions: z.int().min(0).max(1000).nullable().default(null),
  maxCpuMillis: z.int().min(0).max(1_024_000).nullable().default(null),
  maxMemoryBytes: z
    .int()
    .min(0)
    .max(16_384 * GiB)
    .nullable()
    .default(null),
  maxGpus: z.int().min(0).max(1024).nullable().default(null),
  timeLimitSeconds: z
    .int()
    .min(60)
    .max(90 * 86_400)
    .nullable()
    .default(null),
})
export type UserLimits = z.output<typeof UserLimits>
