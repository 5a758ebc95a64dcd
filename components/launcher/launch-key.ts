// One key per click, so that a launch whose answer was lost is not made twice by the next click.
import type { Failure } from '@/lib/domain/failure'

const unanswered = new Map<string, string>()

export function launchKey(imageId: string): string {
  const known = unanswered.get(imageId)
  if (known) return known
  const key = randomKey()
  unanswered.set(imageId, key)
  return key
}

/** Answered, well or badly, the next click means another launch; silence may have been a launch that worked. */
export function launchAnswered(imageId: string, failure: Pick<Failure, 'code'> | null): void {
  if (failure?.code !== 'unreachable') unanswered.delete(imageId)
}

/** Not randomUUID: that exists on secure pages only, and this page must load everywhere to say what is wrong. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
