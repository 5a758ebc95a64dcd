// A whole registry: `list.json`, a list of workspaces, or one `workspace.json`. Throws invalid_input when it is none of these.
import { DomainError } from './errors'
import { readKasmWorkspace } from './kasm-workspace'
import { isObject, shown } from './registry-draft'
import { maxRegistryBytes, maxRegistryWorkspaces, type Registry } from './workspace-registry'

/** `listUrl`: where it was fetched; pictures without an address of their own lie beside it. */
export function readRegistry(text: string, listUrl: string | null = null): Registry {
  if (text.length > maxRegistryBytes) throw refusal('It is larger than 4 MiB.')
  const raw = parse(text)
  const workspaces = workspacesOf(raw)
  if (!workspaces) throw refusal('It has no list of workspaces, and is no workspace itself.')
  if (workspaces.length === 0) throw refusal('Its list of workspaces is empty.')
  const notes =
    workspaces.length > maxRegistryWorkspaces
      ? [`It has ${workspaces.length} workspaces; the first ${maxRegistryWorkspaces} are shown.`]
      : []
  const kept = workspaces.slice(0, maxRegistryWorkspaces)
  return {
    name: nameOf(raw),
    notes,
    entries: kept.map((workspace, index) => readKasmWorkspace(workspace, String(index + 1), listUrl)),
  }
}

function parse(text: string): unknown {
  try {
    // Some editors put a mark in front that JSON does not know.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw refusal('It is not JSON.', cause)
  }
}

function workspacesOf(raw: unknown): unknown[] | null {
  if (Array.isArray(raw)) return raw
  if (!isObject(raw)) return null
  if (Array.isArray(raw.workspaces)) return raw.workspaces
  const isWorkspace = ['friendly_name', 'compatibility', 'docker_registry', 'berth'].some((key) => Object.hasOwn(raw, key))
  return isWorkspace ? [raw] : null
}

function nameOf(raw: unknown): string {
  return isObject(raw) && Array.isArray(raw.workspaces) && typeof raw.name === 'string' && raw.name.trim() !== ''
    ? shown(raw.name.trim()).slice(0, 80)
    : 'A registry without a name'
}

function refusal(message: string, cause?: unknown): DomainError {
  return new DomainError('invalid_input', {
    message: `This is not a workspace registry. ${message}`,
    hint: 'Give the list.json of a registry, or a workspace.json.',
    fields: { source: message },
    cause,
  })
}
