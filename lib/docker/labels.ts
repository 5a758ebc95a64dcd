// Labels are the only proof that something on an engine is ours.
import { labelKeys } from '@/lib/domain/container-spec'

type Labels = Record<string, string> | null | undefined

export function isOurs(labels: Labels, installId: string): boolean {
  return labels?.[labelKeys.install] === installId
}

/** The session that a container of ours belongs to; null for others and for probes. */
export function sessionOf(labels: Labels, installId: string): string | null {
  return isOurs(labels, installId) ? (labels?.[labelKeys.session] ?? null) : null
}

export function labelFilter(installId: string, ...more: string[]): string[] {
  return [`${labelKeys.install}=${installId}`, ...more]
}
