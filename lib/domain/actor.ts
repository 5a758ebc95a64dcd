// Who acts. Made from a sign-in or an API key, read again from the database on every request.
export const roles = ['admin', 'user'] as const
export type Role = (typeof roles)[number]

export type Actor = {
  id: string
  name: string
  role: Role
  /** What let the actor in: streams end with it. */
  by: { kind: 'signIn'; id: string } | { kind: 'apiKey'; id: string } | { kind: 'operator' }
  mustChangePassword: boolean
}

export function isAdmin(actor: Pick<Actor, 'role'>): boolean {
  return actor.role === 'admin'
}
