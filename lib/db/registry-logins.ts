// Logins at registries, as rows keep them: the password encrypted and bound to its workspace image.
import { digestReference, isTag, normalReference, registryOf } from '@/lib/domain/image-reference'
import type { RegistryLogin } from '@/lib/domain/registry-login'
import type { Keys } from '@/lib/secrets/keys'
import { open, seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import type { Tx } from './client'

type LoginColumns = { registryUser: string | null; registryPasswordSealed: string | null }

export function loginColumns(keys: Keys, imageId: string, login: RegistryLogin | null): LoginColumns {
  if (!login) return { registryUser: null, registryPasswordSealed: null }
  return {
    registryUser: login.user,
    registryPasswordSealed: seal(keys, sealContext.registryPassword(imageId), login.password),
  }
}

export function storedLogin(keys: Keys, row: LoginColumns & { id: string }): RegistryLogin | null {
  if (row.registryUser === null || row.registryPasswordSealed === null) return null
  return { user: row.registryUser, password: open(keys, sealContext.registryPassword(row.id), row.registryPasswordSealed) }
}

/** Of an image, where the reference lies in the same registry: a login is for one registry and is shown to no other. */
export async function loginOfImage(tx: Tx, keys: Keys, imageId: string, reference: string): Promise<RegistryLogin | null> {
  const row = await tx.workspaceImage.findUnique({ where: { id: imageId } })
  return row && registryOf(row.reference) === registryOf(reference) ? storedLogin(keys, row) : null
}

/** Every login that a workspace image has for this reference, the last changed one first; for a build by digest, of its whole repository. */
export async function loginsFor(tx: Tx, keys: Keys, reference: string): Promise<RegistryLogin[]> {
  const rows = await tx.workspaceImage.findMany({
    where: { registryPasswordSealed: { not: null } },
    select: { id: true, reference: true, registryUser: true, registryPasswordSealed: true },
    orderBy: { updatedAt: 'desc' },
  })
  const isSame = (other: string) =>
    isTag(reference)
      ? normalReference(other) === normalReference(reference)
      : digestReference(other, '') === digestReference(reference, '')
  return rows.filter((row) => isSame(row.reference)).flatMap((row) => storedLogin(keys, row) ?? [])
}
