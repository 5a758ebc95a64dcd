// Who may do what: the same rules for buttons, pages, actions and the API.
import type { Actor } from './actor'
import { DomainError } from './errors'

export const permissions = [
  'session:view',
  'session:connect',
  'session:pause',
  'session:resume',
  'session:stop',
  'session:delete',
  'session:extend',
  'session:launch',
  'session:list-all',
  'image:view',
  'image:manage',
  'agent:view',
  'agent:manage',
  'user:view',
  'user:manage',
  'settings:manage',
  'account:manage',
  'fleet:view',
] as const
export type Permission = (typeof permissions)[number]

/** 'own' needs the thing's owner to be the actor; what is nobody's is no one's own. */
const rules: Record<Permission, { admin: 'any' | 'own'; user: 'any' | 'own' | 'never' }> = {
  'session:view': { admin: 'any', user: 'own' },
  // Administrators stop and delete other people's sessions but never look into them.
  'session:connect': { admin: 'own', user: 'own' },
  'session:pause': { admin: 'own', user: 'own' },
  'session:resume': { admin: 'own', user: 'own' },
  'session:extend': { admin: 'any', user: 'own' },
  'session:stop': { admin: 'any', user: 'own' },
  'session:delete': { admin: 'any', user: 'own' },
  'session:launch': { admin: 'any', user: 'any' },
  'session:list-all': { admin: 'any', user: 'never' },
  'image:view': { admin: 'any', user: 'any' },
  'image:manage': { admin: 'any', user: 'never' },
  'agent:view': { admin: 'any', user: 'never' },
  'agent:manage': { admin: 'any', user: 'never' },
  'user:view': { admin: 'any', user: 'never' },
  'user:manage': { admin: 'any', user: 'never' },
  'settings:manage': { admin: 'any', user: 'never' },
  'account:manage': { admin: 'own', user: 'own' },
  'fleet:view': { admin: 'any', user: 'never' },
}

export function can(actor: Pick<Actor, 'id' | 'role'>, permission: Permission, thing?: { userId: string | null }): boolean {
  const rule = rules[permission][actor.role]
  if (rule === 'any') return true
  return rule === 'own' && thing !== undefined && thing.userId === actor.id
}

/** Throws forbidden; where even existence must not show, ask for the thing in the query's WHERE first. */
export function assertCan(actor: Pick<Actor, 'id' | 'role'>, permission: Permission, thing?: { userId: string | null }): void {
  if (!can(actor, permission, thing)) throw new DomainError('forbidden', { detail: { permission } })
}
