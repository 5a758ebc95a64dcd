// What a registry said of a tag: a build, that there is no such tag, or nothing that one could go by. Pure.
import { hasCode, isDomainError } from './errors'

export type RegistryAnswer =
  | { kind: 'named'; digest: string }
  | { kind: 'missing'; problem: string; hint: string | null }
  /** It was silent, or wants another login: neither "there is none" nor "there is nothing new". */
  | { kind: 'unknown'; problem: string; hint: string | null; refused: boolean }

/** Docker Hub says "denied" where there is no such repository, and is not believed here: it says the same where a login is missing. */
const noSuchManifest = /manifest unknown|manifest for \S+ not found|name unknown/i

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'registry_refused') && isDomainError(error) && noSuchManifest.test(error.message)
}

export function answerOf(error: unknown): RegistryAnswer {
  if (!isDomainError(error))
    return { kind: 'unknown', problem: 'Something went wrong inside the portal.', hint: null, refused: false }
  const words = { problem: error.message, hint: error.hint ?? null }
  return isMissing(error)
    ? { kind: 'missing', ...words }
    : { kind: 'unknown', ...words, refused: hasCode(error, 'registry_refused') }
}

const hourMs = 3_600_000

/** Spread out, so that the tags of a fleet do not keep in step; `random` is from 0 to 1. */
export function nextCheckMs(everyHours: number, random: number): number {
  return everyHours * hourMs * (0.9 + 0.2 * random)
}
