// Installs chosen workspaces of a registry as workspace images: all of them, or none. What is installed is what the preview showed.
import type { Tx } from '@/lib/db/client'
import type { Actor } from '@/lib/domain/actor'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import { iconMediaType, maxIconBytes } from '@/lib/domain/icon'
import { newId } from '@/lib/domain/ids'
import { assertCan } from '@/lib/domain/permissions'
import type { WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type {
  InstalledWorkspace,
  InstallRegistry,
  RegistryEntry,
  RegistryIcon,
  RegistryInstallation,
} from '@/lib/domain/workspace-registry'
import { fetchPublic } from '@/lib/outbound/fetch-public'
import { insertImage } from './create-image'
import type { Deps } from './deps'
import { openRegistry } from './preview-registry'

const iconTimeoutMs = 5_000
/** All pictures together: a registry of a hundred slow addresses does not hold the page for minutes. */
const allIconsMs = 20_000
const iconsAtOnce = 8

type Picture = { bytes: Uint8Array } | { problem: string } | null
type Installable = RegistryEntry & { fields: WorkspaceImageFields }
type Chosen = { entry: Installable; picture: Picture }

export async function installFromRegistry(deps: Deps, actor: Actor, input: InstallRegistry): Promise<RegistryInstallation> {
  assertCan(actor, 'image:manage')
  const { registry, digest } = await openRegistry(deps, input.source)
  if (digest !== input.digest) {
    throw new DomainError('conflict', {
      message: 'The registry has changed since the preview.',
      hint: 'Read it again and look at what is different.',
    })
  }
  const chosen = chooseEntries(registry.entries, input.keys)
  const pictures = await readPictures(deps, chosen, input.fetchIcons)
  const from = { registry: registry.name, ...(input.source.kind === 'url' ? { url: input.source.url } : {}) }
  return deps.db.$transaction(
    async (tx) => {
      const installed: RegistryInstallation['installed'] = []
      for (const one of pictures) installed.push(await installOne(tx, deps, actor, { ...one, enabled: input.enabled, from }))
      return { installed }
    },
    { timeout: 30_000 },
  )
}

type InstallOne = Chosen & { enabled: boolean; from: Record<string, string> }

async function installOne(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { entry, picture, enabled, from }: InstallOne,
): Promise<InstalledWorkspace> {
  const iconId = picture && 'bytes' in picture ? await keepPicture(tx, deps, picture.bytes) : null
  const fields = { ...entry.fields, iconId, enabled }
  const image = await insertImage(tx, deps, actor, { fields, parentId: null, login: null, from })
  return {
    key: entry.key,
    imageId: image.id,
    name: image.name,
    iconProblem: picture && 'problem' in picture ? picture.problem : null,
  }
}

function chooseEntries(entries: RegistryEntry[], keys: string[]): Installable[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]))
  return [...new Set(keys)].map((key) => {
    const entry = byKey.get(key)
    if (entry?.fields) return { ...entry, fields: entry.fields }
    const message = entry
      ? `"${entry.name}" cannot be installed. ${entry.problem ?? ''}`.trim()
      : 'The registry has no such workspace.'
    throw new DomainError('invalid_input', { message, fields: { keys: message } })
  })
}

/** A picture that cannot be had is no reason to do without the workspace: it is said, and a built-in one is used. */
async function readPictures(deps: Deps, entries: Installable[], mayFetch: boolean): Promise<Chosen[]> {
  const until = Date.now() + allIconsMs
  const pictures: Picture[] = []
  let next = 0
  async function worker() {
    for (let index = next++; index < entries.length; index = next++) {
      const icon = entries[index]?.icon ?? { kind: 'none' }
      pictures[index] = await readPicture(deps, icon, mayFetch, until - Date.now())
    }
  }
  await Promise.all(Array.from({ length: iconsAtOnce }, worker))
  return entries.map((entry, index) => ({ entry, picture: pictures[index] ?? null }))
}

async function readPicture({ config }: Deps, icon: RegistryIcon, mayFetch: boolean, leftMs: number): Promise<Picture> {
  if (icon.kind === 'none' || (icon.kind === 'address' && !mayFetch)) return null
  try {
    if (icon.kind === 'address' && leftMs <= 0) return { problem: 'There was no time left to fetch its picture.' }
    const bytes =
      icon.kind === 'embedded'
        ? Buffer.from(icon.base64, 'base64')
        : (
            await fetchPublic(icon.url, {
              allow: config.fetchAllow,
              maxBytes: maxIconBytes,
              timeoutMs: Math.min(iconTimeoutMs, leftMs),
              accept: 'image/png, image/jpeg, image/webp, image/gif',
            })
          ).bytes
    iconMediaType(bytes)
    return { bytes }
  } catch (error) {
    if (isDomainError(error)) return { problem: error.message }
    throw error
  }
}

async function keepPicture(tx: Tx, { clock }: Deps, bytes: Uint8Array): Promise<string> {
  const id = newId()
  await tx.icon.create({ data: { id, mediaType: iconMediaType(bytes), bytes: new Uint8Array(bytes), createdAt: clock.now() } })
  return id
}
