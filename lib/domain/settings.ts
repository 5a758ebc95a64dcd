// Settings of the installation that an administrator changes while it runs.
import { z } from 'zod'
import { GiB } from './workspace-image'

const MiB = 1024 ** 2
const day = 86_400

/** Bounds in the words of the form, where an amount has a unit. */
const whole = (least: number, most: number, words: string) =>
  z.int('A whole number is needed.').min(least, words).max(most, words)

const limits = {
  gpus: whole(0, 1024, 'From 0 to 1,024.'),
  seconds: whole(60, 90 * day, 'From a minute to 90 days.').nullable(),
  keptDays: whole(1, 3650, 'From 1 to 3,650 days.'),
}

export const Settings = z.strictObject({
  maxSessionsPerUser: whole(1, 1000, 'From 1 to 1,000.').default(3),
  maxCpuMillisPerUser: whole(100, 1_024_000, 'From 0.1 to 1,024 cores.').nullable().default(null),
  maxMemoryBytesPerUser: whole(128 * MiB, 16_384 * GiB, 'From 128 MiB to 16 TiB.')
    .nullable()
    .default(null),
  maxGpusPerUser: limits.gpus.default(4),
  defaultTimeLimitSeconds: limits.seconds.default(null),
  /** Images that Berth brought to an agent and nothing needs; null leaves them. */
  removeUnusedImagesAfterDays: limits.keptDays.nullable().default(null),
  endedSessionRetentionDays: limits.keptDays.default(30),
  eventRetentionDays: limits.keptDays.default(30),
  sampleRetentionDays: whole(1, 365, 'From 1 to 365 days.').default(7),
  /** The largest file that goes into or out of a session. */
  maxTransferBytes: whole(MiB, 1024 * GiB, 'From 1 MiB to 1 TiB.').default(5 * GiB),
  /** Hours between two looks at what a registry's tag names; 0 looks only when asked to. */
  imageCheckHours: whole(0, 720, 'From 0 to 720 hours.').default(6),
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
  maxSessions: whole(0, 1000, 'From 0 to 1,000.').nullable().default(null),
  maxCpuMillis: whole(0, 1_024_000, 'From 0 to 1,024 cores.').nullable().default(null),
  maxMemoryBytes: whole(0, 16_384 * GiB, 'From 0 to 16 TiB.')
    .nullable()
    .default(null),
  maxGpus: limits.gpus.nullable().default(null),
  timeLimitSeconds: limits.seconds.default(null),
})
export type UserLimits = z.output<typeof UserLimits>
