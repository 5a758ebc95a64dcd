// The login at the registry that a workspace image comes from. It goes in and never comes out: answers show the user name alone.
import { z } from 'zod'

export const RegistryLogin = z.strictObject({
  user: z
    .string()
    .trim()
    .min(1, 'Give the user name.')
    .max(256, 'At most 256 characters.')
    .regex(/^\P{Cc}*$/u, 'No control characters.'),
  password: z.string().min(1, 'Give the password or token.').max(4096, 'At most 4,096 characters.'),
})
export type RegistryLogin = z.output<typeof RegistryLogin>

/** Left out: as it is. Null: none. */
export const RegistryLoginChange = RegistryLogin.nullable().optional()
export type RegistryLoginChange = z.output<typeof RegistryLoginChange>
