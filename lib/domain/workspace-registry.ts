// A registry of workspaces: a JSON document in Kasm's format. What may be asked about one, and what a reader is told of it.
import { z } from 'zod'
import type { WorkspaceImageFields } from './workspace-image'

export const maxRegistryBytes = 4 * 1024 * 1024
export const maxRegistryWorkspaces = 500
export const maxInstalledAtOnce = 100

export const RegistrySource = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('url'),
    url: z.url({ protocol: /^https?$/, error: 'An address that starts with https:// or http://.' }).max(2048),
  }),
  z.strictObject({
    kind: z.literal('text'),
    text: z.string().min(1, 'The file is empty.').max(maxRegistryBytes, 'A registry has at most 4 MiB.'),
  }),
])
export type RegistrySource = z.output<typeof RegistrySource>

export const PreviewRegistry = z.strictObject({ source: RegistrySource })
export type PreviewRegistry = z.output<typeof PreviewRegistry>

export const InstallRegistry = z.strictObject({
  source: RegistrySource,
  /** Of the preview: what is installed is what was looked at. */
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'Take the digest of the preview.'),
  keys: z
    .array(z.string().max(40))
    .min(1, 'Choose at least one workspace.')
    .max(maxInstalledAtOnce, `At most ${maxInstalledAtOnce} at once.`),
  enabled: z.boolean().default(false),
  /** Pictures lie at addresses that the registry names: fetching them tells its owner who installs. */
  fetchIcons: z.boolean().default(false),
})
export type InstallRegistry = z.output<typeof InstallRegistry>

/** used: as it stands · changed: brought into our form · ignored: has no meaning here · refused: would do harm, or cannot be read */
export type RegistryVerdict = 'used' | 'changed' | 'ignored' | 'refused'

export type RegistryLine = {
  /** As the registry calls it: `run_config.privileged`. */
  field: string
  verdict: RegistryVerdict
  /** What stands there, shortened; never a password. */
  value: string
  why: string | null
}

export type RegistryIcon = { kind: 'none' } | { kind: 'embedded'; base64: string } | { kind: 'address'; url: string }

export type RegistryEntry = {
  /** Its place in the document. */
  key: string
  name: string
  /** Null: nothing can be made of it, and `problem` says why. */
  fields: WorkspaceImageFields | null
  problem: string | null
  lines: RegistryLine[]
  icon: RegistryIcon
}

export type Registry = { name: string; entries: RegistryEntry[]; notes: string[] }

export type RegistryEntryView = Omit<RegistryEntry, 'icon'> & {
  icon: 'none' | 'embedded' | 'address'
  iconUrl: string | null
  /** Everything that gives its sessions more than an ordinary desktop has. */
  privileges: string[]
  /** A workspace image of this installation with the same reference. */
  present: { id: string; name: string } | null
}

export type RegistryPreview = { name: string; digest: string; notes: string[]; entries: RegistryEntryView[] }

export type InstalledWorkspace = { key: string; imageId: string; name: string; iconProblem: string | null }
export type RegistryInstallation = { installed: InstalledWorkspace[] }

export type ExportRow = { id: string; name: string; reference: string; leftOut: string[] }
