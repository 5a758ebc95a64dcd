// People: what may be said about them.
import { z } from 'zod'
import { roles } from './actor'
import { UserLimits } from './settings'

/** Plain ASCII, so that no look-alike of another name can exist; stored in lower case. */
export const UserName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/,
    'Letters, digits, dot, dash and underscore; 1 to 64 characters; it starts and ends with a letter or digit.',
  )

// Longer ones would only make hashing slow.
export const Password = z
  .string()
  .min(12, 'A password has at least 12 characters.')
  .max(256, 'A password has at most 256 characters.')

export const UserCreate = z.strictObject({
  name: UserName,
  displayName: z.string().trim().max(100).default(''),
  role: z.enum(roles).default('user'),
  /** Left out: a random one is made and returned once. */
  password: Password.optional(),
  ...UserLimits.shape,
})
export type UserCreate = z.output<typeof UserCreate>

export const UserPatch = z.strictObject({
  displayName: z.string().trim().max(100).optional(),
  role: z.enum(roles).optional(),
  disabled: z.boolean().optional(),
  maxSessions: UserLimits.shape.maxSessions.removeDefault().optional(),
  maxCpuMillis: UserLimits.shape.maxCpuMillis.removeDefault().optional(),
  maxMemoryBytes: UserLimits.shape.maxMemoryBytes.removeDefault().optional(),
  maxGpus: UserLimits.shape.maxGpus.removeDefault().optional(),
  timeLimitSeconds: UserLimits.shape.timeLimitSeconds.removeDefault().optional(),
})
export type UserPatch = z.output<typeof UserPatch>

export const PasswordChange = z.strictObject({ present: z.string().max(256), next: Password })
export type PasswordChange = z.output<typeof PasswordChange>
