// What would be made of a registry, field by field, before anything is made.
import { createHash } from 'node:crypto'
import type { Tx } from '@/lib/db/client'
import type { Actor } from '@/lib/domain/actor'
import { normalReference } from '@/lib/domain/image-reference'
import { assertCan } from '@/lib/domain/permissions'
import { readRegistry } from '@/lib/domain/read-registry'
import { imagePrivileges } from '@/lib/domain/workspace-image'
import {
  maxRegistryBytes,
  type Registry,
  type RegistryEntry,
  type RegistryEntryView,
  type RegistryPreview,
  type RegistrySource,
} from '@/lib/domain/workspace-registry'
import { fetchPublic } from '@/lib/outbound/fetch-public'
import type { Deps } from './deps'

const fetchTimeoutMs = 15_000

export async function previewRegistry(
  deps: Deps,
  actor: Actor,
  { source }: { source: RegistrySource },
): Promise<RegistryPreview> {
  assertCan(actor, 'image:manage')
  const { registry, digest } = await openRegistry(deps, source)
  const present = await imagesByReference(deps.db, registry.entries)
  const entries = registry.entries.map((entry) => toView(entry, present))
  return { name: registry.name, digest, notes: registry.notes, entries }
}

export type OpenRegistry = { registry: Registry; digest: string }

export async function openRegistry({ config }: Deps, source: RegistrySource): Promise<OpenRegistry> {
  if (source.kind === 'text') return { registry: readRegistry(source.text), digest: digestOf(source.text) }
  const { bytes, url } = await fetchPublic(source.url, {
    allow: config.fetchAllow,
    maxBytes: maxRegistryBytes,
    timeoutMs: fetchTimeoutMs,
    accept: 'application/json',
  })
  const text = bytes.toString('utf8')
  return { registry: readRegistry(text, url), digest: digestOf(text) }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

type Present = Map<string, { id: string; name: string }>

async function imagesByReference(tx: Tx, entries: RegistryEntry[]): Promise<Present> {
  const references = entries.flatMap(({ fields }) => (fields ? [fields.reference, normalReference(fields.reference)] : []))
  const rows = await tx.workspaceImage.findMany({
    where: { reference: { in: [...new Set(references)] } },
    select: { id: true, name: true, reference: true },
    orderBy: { createdAt: 'desc' },
  })
  return new Map(rows.map(({ reference, ...image }) => [normalReference(reference), image]))
}

function toView({ icon, ...entry }: RegistryEntry, present: Present): RegistryEntryView {
  return {
    ...entry,
    icon: icon.kind,
    iconUrl: icon.kind === 'address' ? icon.url : null,
    privileges: entry.fields ? imagePrivileges(entry.fields) : [],
    present: (entry.fields && present.get(normalReference(entry.fields.reference))) ?? null,
  }
}
