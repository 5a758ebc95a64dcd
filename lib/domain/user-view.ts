// What leaves the server about people, their sign-ins and their API keys: never hashes.
import { z } from 'zod'
import type { Role } from './actor'
import { Id } from './ids'
import { TableQuery } from './page'
import type { UserLimits } from './settings'
import { UserPatch } from './user'

export type UserView = UserLimits & {
  id: string
  name: string
  displayName: string
  role: Role
  disabled: boolean
  mustChangePassword: boolean
  createdAt: string
}

/** A row of the administrators' list. */
export type UserRow = UserView & { liveSessions: number; lastSeenAt: string | null }

export type HomeView = { id: string; imageName: string | null; agentName: string | null; volumeName: string; createdAt: string }

export type UserDetail = UserRow & {
  sessions: { id: string; imageName: string; state: string }[]
  homes: HomeView[]
  apiKeys: number
}

export const userSorts = ['name', 'role', 'created', 'sessions', 'seen'] as const
export const UserTableQuery = TableQuery.extend({
  sort: z.enum(userSorts).default('name'),
  role: z.enum(['any', 'admin', 'user']).default('any'),
  status: z.enum(['any', 'enabled', 'disabled']).default('any'),
})
export type UserTableQuery = z.output<typeof UserTableQuery>

export const UserRef = z.strictObject({ userId: Id })
export type UserRef = z.output<typeof UserRef>

export const UpdateUser = UserPatch.extend({ userId: Id })
export type UpdateUser = z.output<typeof UpdateUser>

export type SignInView = {
  id: string
  createdAt: string
  lastSeenAt: string
  userAgent: string
  address: string
  /** The one that asks. */
  current: boolean
}

export const SignInRef = z.strictObject({ signInId: Id })
export type SignInRef = z.output<typeof SignInRef>

export const ApiKeyCreate = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'Give the key a name.')
    .max(80, 'At most 80 characters.')
    .regex(/^\P{Cc}*$/u, 'No control characters.'),
  /** Left out: it holds until it is revoked. */
  expiresInDays: z.int().min(1).max(3650).nullable().default(null),
})
export type ApiKeyCreate = z.output<typeof ApiKeyCreate>

export type ApiKeyView = {
  id: string
  name: string
  prefix: string
  createdAt: string
  lastUsedAt: string | null
  expiresAt: string | null
}

export const ApiKeyRef = z.strictObject({ apiKeyId: Id })
export type ApiKeyRef = z.output<typeof ApiKeyRef>
